"""What the tests of reports share."""

import pytest

from reports.models import Report
from tests.cast import Cast, Enter, lead_reports
from tests.reports.june import JUNE


@pytest.fixture
def reported(cast: Cast, enter: Enter) -> dict[str, Report]:
    """The reports of the example, by team; nothing of them is swept yet."""
    with enter(cast.admin):
        return lead_reports(cast, JUNE)
