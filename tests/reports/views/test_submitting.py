"""What it costs to submit a team's month from its page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import catalogue
from tests.reports.views.desk import Desk


def test_submission_asks_the_database_no_more_than_it_must(officer: Desk) -> None:
    """The teams of a whole country submit within days of each other."""
    sent = {**officer.form(), "adults": "5"}
    catalogue.of_period(officer.cast.june)  # Kept by each process.
    with CaptureQueriesContext(connection) as queries:
        assert officer.send(sent, "submit").status_code == 302
    # Session, account and walls; rights, team and month; the report with its checks, what came
    # back before, its step and its mark; and where to go from here.
    assert len(queries) == 25
