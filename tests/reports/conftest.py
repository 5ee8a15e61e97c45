"""What the tests of reports share."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from reports.models import Report
from tests.cast import Cast, Enter, lead_reports
from tests.reports.june import JUNE


@pytest.fixture
def reported(cast: Cast, enter: Enter) -> dict[str, Report]:
    """The reports of the example, by team; nothing of them is swept yet."""
    with enter(cast.admin):
        return lead_reports(cast, JUNE)


@pytest.fixture
def in_vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield
