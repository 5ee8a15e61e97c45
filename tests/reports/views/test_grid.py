"""The grid of a commune: which teams can be written, and sending their reports together."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from reports import entry, workflow
from reports.entry import Typed
from reports.models import Report, ReportStep, Status
from reports.periods import lock_period
from teams.models import Kind
from teams.registry import NewTeam, establish_teams
from tests.cast import SINCE, Cast, Enter, ReportIn, SignIn
from tests.pages import Node, in_english, read


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


def grid_of(cast: Cast, client: Client, unit: str = "06691") -> Node:
    return read(client.get(f"/months/2024-06/units/{cast.units[unit].pk}/grid/"))


def fields(page: Node, team: str) -> dict[str, str]:
    """What the fields of a team's row hold, by code."""
    (row,) = [each for each in page.one("tbody").all("tr") if team in each.text]
    return {
        each.attributes["data-field"]: each.attributes["value"]
        for each in row.all("input")
        if "data-field" in each.attributes
    }


def test_teams_that_can_be_written_have_fields(
    officer: Client, cast: Cast, report_in: ReportIn
) -> None:
    report_in(Status.DRAFT, team="hg-1a", values={})
    report_in(Status.SUBMITTED, team="hg-1b", values={"adults": 1038, "residents": None})
    page = grid_of(cast, officer)
    assert len(page.one("tbody").all("tr")) == 3
    assert fields(page, "Tổ hg-2")["adults"] == ""
    assert fields(page, "Tổ hg-1b") == {}
    (sent,) = [each for each in page.one("tbody").all("tr") if "Tổ hg-1b" in each.text]
    shown = [each.one("span").text for each in sent.all("td", class_="num")]
    assert sent.one("abbr").attributes["title"] == "not applicable"
    assert [each for each in shown if each != "–"] == ["1,038", "x"]


def test_row_holds_what_the_draft_of_the_person_says(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.officer):
        entry.enter(
            team=cast.teams["hg-2"], period=cast.june, actor=cast.officer,
            typed={"adults": Typed("1.038"), "residents": Typed("x")},
        )  # fmt: skip
    held = fields(grid_of(cast, officer), "Tổ hg-2")
    assert (held["adults"], held["residents"], held["households"]) == ("1038", "x", "")


def test_statements_are_as_many_for_every_number_of_teams(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    counts = []
    for more in (0, 4):
        new = [
            NewTeam(name=f"Tổ {number}", unit=cast.units["hg-3"], kind=Kind.LOCAL)
            for number in range(more)
        ]
        with enter(cast.admin):
            establish_teams(tenant=cast.province, teams=new, since=SINCE)
        with CaptureQueriesContext(connection) as queries:
            assert len(grid_of(cast, officer).one("tbody").all("tr")) == 3 + more
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_locked_month_says_why_and_has_no_field(officer: Client, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã chốt số liệu")
    page = grid_of(cast, officer)
    assert "đã chốt số liệu" in page.text
    assert not fields(page, "Tổ hg-2")
    assert not page.all("button", type="submit", class_="btn-primary")


def test_chosen_teams_are_submitted_and_the_others_named(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.officer):
        for team, typed in {
            "hg-1a": {"adults": Typed("5")},
            "hg-2": {"adults": Typed("5"), "adults_paying": Typed("9")},
        }.items():
            entry.enter(team=cast.teams[team], period=cast.june, actor=cast.officer, typed=typed)
    chosen = [cast.teams[team].pk for team in ("hg-1a", "hg-1b", "hg-2", "bd-1")]
    address = f"/months/2024-06/units/{cast.units['06691'].pk}/submit/"
    # Somebody who was asked about blanks already.
    form = {**grid_of(cast, officer).form(address).filled(), "blanks": "1"}
    sent = officer.post(address, {**form, "team": chosen})
    page = read(officer.get(sent["Location"]))
    said = [each.text for each in page.one(class_="toasts").all("div")]
    assert said[0] == "1 report is submitted."
    # Bạch Đằng is not the officer's, so nothing is said of its team.
    assert [text.split(":")[0] for text in said[1:]] == ["Tổ hg-1b"]
    assert "Tổ hg-2" in page.one(role="alert").text
    with enter(cast.officer):
        assert dict(Report.objects.values_list("team__name", "status")) == {
            "Tổ hg-1a": "submitted", "Tổ hg-2": "draft"
        }  # fmt: skip
        assert ReportStep.objects.get().by == cast.officer
    # A second click finds it done, and takes no step twice.
    again = read(officer.get(officer.post(address, {**form, "team": chosen[:1]})["Location"]))
    assert "1 report is submitted." in again.text
    with enter(cast.officer):
        assert ReportStep.objects.count() == 1


def test_figures_that_nobody_saw_are_not_submitted(
    officer: Client, cast: Cast, enter: Enter
) -> None:
    def type_in(actor: User, text: str, seen: str) -> None:
        with enter(actor):
            entry.enter(
                team=cast.teams["hg-1a"], period=cast.june, actor=actor,
                typed={"adults": Typed(text, seen)},
            )  # fmt: skip

    type_in(cast.officer, "5", "")
    address = f"/months/2024-06/units/{cast.units['06691'].pk}/submit/"
    # Somebody who was asked about blanks already.
    form = {**grid_of(cast, officer).form(address).filled(), "blanks": "1"}
    type_in(cast.admin, "9000", "5")
    sent = officer.post(address, {**form, "team": [cast.teams["hg-1a"].pk]})
    assert "changed after you had opened it" in read(officer.get(sent["Location"])).text
    with enter(cast.officer):
        assert Report.objects.get().status == Status.DRAFT


def test_nothing_chosen_is_said(officer: Client, cast: Cast) -> None:
    sent = officer.post(f"/months/2024-06/units/{cast.units['06691'].pk}/submit/")
    assert "Choose the teams" in read(officer.get(sent["Location"])).text


def test_remark_is_gone_once_it_was_answered(
    officer: Client, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    """Also where whoever answered takes the report back to mend something else."""
    report = report_in(Status.SUBMITTED, team="hg-1a", values={"adults": 5})
    with enter(cast.admin):
        for step, given in {
            "return": {"remarks": {"adults": "Có đúng 5 không?"}},
            "submit": {},
            "withdraw": {"reason": "sửa"},
        }.items():
            if step == "submit":
                report.values = {"adults": 6}
                report.save()
            report = workflow.apply(report, step, actor=cast.admin, version=report.version, **given)
            marked = [
                each.attributes["data-field"]
                for each in grid_of(cast, officer).all("input")
                if "data-returned" in each.attributes
            ]
            assert marked == (["adults"] if step == "return" else [])
