"""What other programs read of units, reports and totals: their area, and no name."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cnscd_portal.limits import Pages
from reports import rollup
from reports.models import Period, Status
from tests.cast import SINCE, Cast, Enter, ReportIn, SignIn
from units.models import Ancestry, Unit


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return client_of(cast.officer)


def test_units_are_those_of_ones_area(cast: Cast, officer: Client, client_of: SignIn) -> None:
    answer = officer.get("/api/v1/units/").json()
    assert answer["count"] == 4
    assert answer["results"][0] == {
        "id": cast.units["06691"].pk,
        "level": 3,
        "code": "06691",
        "name": "Phường Hồng Gai",
        "since": f"{SINCE}",
        "until": None,
    }
    leader = client_of(cast.leader).get("/api/v1/units/").json()
    assert [unit["code"] for unit in leader["results"]] == ["hg-1"]
    assert client_of(cast.national).get("/api/v1/units/").json()["count"] == len(cast.units)


def test_month_tells_when_it_opens_and_locks_by_itself(
    cast: Cast, officer: Client, enter: Enter
) -> None:
    with enter(cast.admin):
        Period.objects.filter(pk=cast.june.pk).update(locks_on=date(2024, 7, 25))
    told = officer.get(f"/api/v1/periods/{cast.june.pk}/").json()
    june = cast.june.opens_on
    assert (told["opens_on"], told["locks_on"]) == (june and f"{june}", "2024-07-25")


def test_totals_are_those_of_ones_area(
    cast: Cast, officer: Client, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.APPROVED, values={"residents_guided": 1038, "adults": None})
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
    (total,) = officer.get(f"/api/v1/totals/?period={cast.june.pk}").json()["results"]
    assert total["unit"] == cast.units["06691"].pk
    assert total["values"] == {"residents_guided": 1038, "adults": None}
    assert total["gave"] == {"residents_guided": 1}
    assert total["not_applicable"] == {"adults": 1}
    assert (total["expected"], total["submitted"], total["approved"]) == (3, 1, 1)
    whole = f"/api/v1/totals/?unit={cast.units['22'].pk}"
    assert officer.get(whole).json()["count"] == 0
    (total,) = client_of(cast.staff).get(whole).json()["results"]
    assert (total["values"]["residents_guided"], total["expected"]) == (1038, 9)


def test_total_of_a_month_is_told_once_whoever_looked_at_other_units(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    """Who adds the rows up must not count twice because somebody asked for today's units."""
    day = date(2024, 7, 1)
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
        rollup.rebuild(cast.june, on=day)
    staff, month = client_of(cast.staff), f"/api/v1/totals/?period={cast.june.pk}"
    own = staff.get(month).json()["results"]
    assert {each["tree_on"] for each in own} == {f"{cast.june.tree_on}"}
    assert len({each["unit"] for each in own}) == len(own)
    today = staff.get(f"{month}&tree={day}").json()["results"]
    assert {each["tree_on"] for each in today} == {f"{day}"}
    for nothing in ("2024-07-02", "2024-02-30", "today", "%00"):
        assert staff.get(f"{month}&tree={nothing}").json()["count"] == 0


def test_unit_that_has_ended_is_told_with_its_days(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    """Its totals stay, and a program asks whose they are."""
    ended = DateRange(SINCE, date(2024, 6, 1))
    with enter(cast.admin):
        Unit.objects.filter(pk=cast.units["06757"].pk).update(valid=ended)
        Ancestry.objects.filter(unit=cast.units["06757"]).update(valid=ended)
    units = client_of(cast.staff).get("/api/v1/units/").json()["results"]
    days = {each["code"]: (each["since"], each["until"]) for each in units}
    assert days["06757"] == (f"{SINCE}", "2024-06-01")
    assert days["06691"] == (f"{SINCE}", None)


def test_reports_are_those_of_ones_area(
    cast: Cast, officer: Client, client_of: SignIn, report_in: ReportIn
) -> None:
    for team in ("hg-1a", "hg-2", "bd-1", "pl-1"):
        report_in(Status.SUBMITTED, team=team)
    numbers = {name: team.pk for name, team in cast.teams.items()}

    def teams_of(client: Client, question: str = "") -> list[int]:
        return [
            each["team"] for each in client.get(f"/api/v1/reports/{question}").json()["results"]
        ]

    assert teams_of(officer) == [numbers["hg-1a"], numbers["hg-2"]]
    assert teams_of(officer, f"?team={numbers['hg-2']}") == [numbers["hg-2"]]
    assert teams_of(client_of(cast.leader)) == [numbers["hg-1a"]]
    assert teams_of(client_of(cast.stranger)) == [numbers["pl-1"]]
    assert len(teams_of(client_of(cast.national))) == 4


def test_report_tells_what_it_says_and_no_name(officer: Client, report_in: ReportIn) -> None:
    report = report_in(Status.RETURNED, values={"adults": 0, "households": None})
    told = officer.get(f"/api/v1/reports/{report.pk}/").json()
    assert set(told) == {
        "id", "team", "unit", "period", "status", "values", "difficulties", "proposals",
        "explanations", "findings", "version", "submitted_at", "updated_at",
    }  # fmt: skip
    assert told["values"] == {"adults": 0, "households": None}
    assert (told["status"], told["version"]) == ("returned", 3)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED])
def test_report_that_is_not_handed_in_says_nothing_to_others(
    status: Status, cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    report = report_in(status, values={"adults": 5})
    address = f"/api/v1/reports/{report.pk}/"
    for user in (cast.leader, cast.officer, cast.admin):
        assert client_of(user).get(address).json()["values"] == {"adults": 5}
    reviewer = client_of(cast.district_officer)
    told = reviewer.get(address).json()
    assert (told["id"], told["status"], told["version"]) == (report.pk, status, report.version)
    assert (told["values"], told["difficulties"], told["proposals"]) == (None, None, None)
    assert told.pop("findings") == []
    assert reviewer.get("/api/v1/reports/").json()["results"] == [told]
    for user in (cast.staff, cast.national):
        assert client_of(user).get(address).status_code == 404
        assert client_of(user).get("/api/v1/reports/").json()["count"] == 0


def test_report_that_goes_back_goes_out_of_the_reviewers_sight(
    cast: Cast, client_of: SignIn, report_in: ReportIn
) -> None:
    report = report_in(Status.SUBMITTED, values={"adults": 5})
    reviewer, address = client_of(cast.district_officer), f"/api/v1/reports/{report.pk}/"
    assert reviewer.get(address).json()["values"] == {"adults": 5}
    told = reviewer.post(
        f"{address}steps/return/",
        {"version": report.version, "key": str(uuid4()), "reason": "sai"},
        content_type="application/json",
    ).json()
    assert (told["status"], told["values"]) == ("returned", None)


NO_NUMBERS = ["abc", "", "-1", "1.0", "1e3", "²", "٣", "9" * 25, "9" * 5000, "%00", "1%00", "[]"]


@pytest.mark.parametrize("address", ["reports/?unit", "reports/?team", "totals/?period"])
def test_filter_by_what_is_no_number_finds_nothing(
    address: str, officer: Client, report_in: ReportIn
) -> None:
    report_in(Status.APPROVED)
    for wanted in NO_NUMBERS:
        response = officer.get(f"/api/v1/{address}={wanted}")
        assert (response.status_code, response.json()["count"]) == (200, 0), wanted


PAGES = {
    "limit=1": 1,
    "limit=0": 4,
    "limit=-5": 4,
    "limit=abc": 4,
    "limit=99999999999999999999999": 4,
    "limit=" + "9" * 5000: 4,
    "offset=3": 1,
    "offset=-1": 4,
    "offset=99999999999999999999999": 0,
    "offset=" + "9" * 5000: 4,
}


def test_pages_are_counted_whatever_is_asked_for(officer: Client) -> None:
    for question, length in PAGES.items():
        response = officer.get(f"/api/v1/units/?{question}")
        assert (response.status_code, len(response.json()["results"])) == (200, length), question
    assert Pages.max_limit == 1000


def test_lists_ask_the_database_as_often_for_many_rows(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    client = client_of(cast.admin)

    def count() -> list[int]:
        with enter(cast.admin):
            rollup.sweep(cast.province.pk)
        return [queries_of(client, address) for address in ("reports", "totals", "periods")]

    report_in(Status.APPROVED)
    few = count()
    for team in ("hg-1b", "bd-1", "ct-1", "vnpt"):
        report_in(Status.APPROVED, team=team)
    assert count() == few


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/api/v1/{address}/").json()["count"] > 0
    return len(queries)


def test_schema_describes_every_address(officer: Client) -> None:
    schema = officer.get("/api/schema/?format=json").json()
    assert set(schema["paths"]) == {
        "/api/v1/units/", "/api/v1/units/{id}/", "/api/v1/periods/", "/api/v1/periods/{id}/",
        "/api/v1/totals/", "/api/v1/reports/", "/api/v1/reports/{id}/",
        "/api/v1/reports/{id}/steps/{name}/", "/api/v1/teams/{id}/months/{period_id}/",
    }  # fmt: skip
