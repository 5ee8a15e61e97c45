"""What it costs to submit a team's month from its page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import catalogue
from tests.cast import Cast, Enter
from tests.pages import read
from tests.reports.views.desk import Desk


def test_submission_asks_the_database_no_more_than_it_must(officer: Desk) -> None:
    """The teams of a whole country submit within days of each other."""
    sent = {**officer.form(), "adults": "5"}
    catalogue.of_period(officer.cast.june)  # Kept by each process.
    with CaptureQueriesContext(connection) as queries:
        assert officer.send(sent, "submit").status_code == 302
    # Session, account and walls; rights, what joined the officer's unit, team and month; the report
    # with its checks, what came back before, its step and its mark; and where to go from here.
    assert len(queries) == 26


def test_refusal_names_all_that_is_wrong_at_once(leader: Desk, enter: Enter, cast: Cast) -> None:
    """What cannot be read, what is above its whole, and more people than the team has."""
    team = cast.teams["hg-1a"]
    with enter(cast.national):
        assert team.memberships.count() < 99
    response = leader.type(
        "submit", members_trained="99", residents_guided="1.5", adults="500", adults_paying="600"
    )
    assert response.status_code == 422
    told = read(response).one(role="alert")
    assert told.text.startswith("3 entries are to be mended first.")
    assert [link.attributes["href"] for link in told.all("a")] == [
        "#f-members_trained", "#f-residents_guided", "#f-adults_paying",
    ]  # fmt: skip
