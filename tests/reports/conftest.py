"""What the tests of reports share."""

import pytest

from reports.models import Report
from tests.cast import Cast, ReportIn
from tests.reports.june import JUNE


@pytest.fixture
def reported(cast: Cast, report_in: ReportIn) -> dict[str, Report]:
    """The reports of the example, by team; nothing of them is swept yet."""
    return {team: report_in(status, team=team, values=values) for team, status, values in JUNE}
