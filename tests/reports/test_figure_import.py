"""Figures of a month come in from a workbook, and are taken back."""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import entry, workflow
from reports.batches import save_drafts
from reports.entry import Typed
from reports.models import Report, Status
from reports.periods import lock_period
from teams import batches
from teams.models import Batch, Kind, Membership
from teams.registry import NewTeam, establish_teams
from tests.cast import SINCE, AtOnce, Cast, Enter, ReportIn
from tests.reports import sheets
from tests.reports.sheets import HEADS
from tests.teams import bringing
from tests.teams.bringing import worked
from units import reversal
from units.errors import InvalidFigures, NotAllowed, NotPossibleNow

State = Batch.State


pytestmark = pytest.mark.usefixtures("in_vietnamese")


@pytest.fixture
def row_of(cast: Cast) -> Callable[..., list[Any]]:
    return lambda team, *cells: [cast.teams[team].pk, f"Tổ {team}", *cells]


Row = Callable[..., list[Any]]


def values_of(cast: Cast) -> dict[str, Any]:
    names = {team.pk: name for name, team in cast.teams.items()}
    return {names[pk]: told for pk, told in Report.objects.values_list("team", "values")}


def problems(batch: Batch) -> dict[str, str]:
    """By the address of the cell, why it was refused."""
    told = batch.rows.values_list("problems", flat=True)
    return {cell: why for row in told for cell, _key, why, *_near in row}


def test_figures_come_in_as_drafts_and_are_taken_back(
    cast: Cast, enter: Enter, report_in: ReportIn, row_of: Row, tmp_path: Path
) -> None:
    report_in(Status.RETURNED, team="hg-1b", values={"adults": 5, "residents": None})
    rows = [row_of("hg-1a", "1.038", 0), row_of("hg-1b", 7, "x"), row_of("hg-2", "", "")]
    path = sheets.save(tmp_path, *rows)
    with enter(cast.officer):
        batch = sheets.bring(path, cast.officer, cast)
        assert (batch.said, batch.counts) == ("", {"new": 1, "changed": 1, "unchanged": 1})
        told = dict(batch.rows.values_list("number", "changes"))
        assert told[3] == [["adults", None, 1038], ["adults_paying", None, 0]]
        assert told[4] == [["adults", 5, 7], ["adults_paying", None, "x"]]
        assert not Report.objects.filter(team=cast.teams["hg-1a"]).exists()
        bringing.commit(batch, cast.officer)
        assert worked(batch).state == State.COMMITTED
        assert values_of(cast) == {
            "hg-1a": {"adults": 1038, "adults_paying": 0},
            "hg-1b": {"adults": 7, "adults_paying": None, "residents": None},
        }
        first = Report.objects.get(team=cast.teams["hg-1a"])
        assert (first.status, first.updated_by, first.version) == (
            Status.DRAFT, cast.officer, 1
        )  # fmt: skip
        assert sheets.bring(path, cast.officer, cast).counts == {"unchanged": 3}
        changed = Report.objects.get(team=cast.teams["hg-1b"])
        batches.undo(batch=batch, actor=cast.officer)
        assert worked(batch).state == State.UNDONE
        assert values_of(cast) == {"hg-1b": {"adults": 5, "residents": None}}
        # Whoever saw the version that was taken back does not save over the one that came back.
        again = Report.objects.get(team=cast.teams["hg-1b"])
        assert (again.status, again.version > changed.version) == (Status.RETURNED, True)
        assert changed.events.filter(version=changed.version).exists()


MISTAKES: dict[str, tuple[list[Any], dict[str, str]]] = {
    "a word": (["hg-1a", "năm", ""], {"C3": "không phải là số"}),
    "decimals": (["hg-1a", 1.038, ""], {"C3": "số nguyên"}),
    "decimals typed": (["hg-1a", "1,5", ""], {"C3": "số nguyên"}),
    "below zero": (["hg-1a", -3, ""], {"C3": "số âm"}),
    "a day": (["hg-1a", "1/2/2024", ""], {"C3": "không phải là số"}),
    "too large": (["hg-1a", 100_001, ""], {"C3": "100.000"}),
    "more than the whole": (["hg-1a", 5, 6], {"D3": "6 lớn hơn"}),
    "more than the stored whole": (["hg-1b", "", 6], {"D3": "6 lớn hơn"}),
    "handed in": (["hg-2", 9, ""], {"C3": "đã gửi"}),
    "of another commune": (["bd-1", 5, ""], {"A3": "Không có Tổ"}),
    "two in one": (["hg-1a", -3, "nhiều"], {"C3": "số âm", "D3": "không phải là số"}),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_told_at_its_cell(
    mistake: str, cast: Cast, enter: Enter, report_in: ReportIn, row_of: Row, tmp_path: Path
) -> None:
    report_in(Status.DRAFT, team="hg-1b", values={"adults": 5})
    report_in(Status.SUBMITTED, team="hg-2", values={"adults": 5})
    typed, asked = MISTAKES[mistake]
    path = sheets.save(tmp_path, row_of(*typed))
    with enter(cast.officer):
        batch = sheets.bring(path, cast.officer, cast)
        found = problems(batch)
    assert (batch.counts, sorted(found)) == ({"refused": 1}, sorted(asked))
    assert [why for cell, why in asked.items() if why not in found[cell]] == [], found


def test_what_looks_wrong_is_told_and_comes_in_all_the_same(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    """The word is given where the report is submitted, which asks for it as ever."""
    team = cast.teams["hg-1a"]
    heads = [*HEADS[:2], "Số người dân được hướng dẫn", "Số tài khoản VNeID được tạo"]
    rows = [[team.pk, team.name, 2, 3], [cast.teams["hg-2"].pk, "Tổ hg-2", 3, 3]]
    path = sheets.save(tmp_path, *rows, heads=heads)
    with enter(cast.officer):
        done = sheets.bring_in(path, cast.officer, cast)
        assert (done.state, done.counts) == (State.COMMITTED, {"new": 2})
        said = "3 tài khoản được tạo, nhiều hơn 2 người dân được hướng dẫn."
        doubt = ["vneid_accounts_created", said, ["team-month", "2024-06", team.pk]]
        doubts = dict(done.rows.values_list("title", "doubts"))
        assert doubts == {"Tổ hg-1a": [doubt], "Tổ hg-2": []}
        report = Report.objects.get(team=team)
        with pytest.raises(InvalidFigures):
            workflow.apply(report, "submit", actor=cast.officer, version=report.version)
        explained = {"explain.accounts.vneid_accounts_created": Typed("Công an xã làm.")}
        entry.enter(team=team, period=cast.june, actor=cast.officer, typed=explained)
        rows[0][2] = 1
        again = sheets.save(tmp_path, rows[0], heads=heads, name="Lần hai.xlsx")
        told = sheets.bring(again, cast.officer, cast).rows
        assert list(told.values_list("outcome", "doubts")) == [("changed", [])]


def test_row_of_more_people_than_the_team_has_is_refused(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    team = cast.teams["hg-1a"]
    with enter(cast.admin):
        size = Membership.objects.filter(team=team).count()
    heads = [*HEADS[:2], "Số thành viên của Tổ được tập huấn"]
    with enter(cast.officer):
        few, many = (
            sheets.bring(
                sheets.save(tmp_path, [team.pk, team.name, n], heads=heads), cast.officer, cast
            )
            for n in (size, size + 1)
        )
        assert (few.counts, many.counts) == ({"new": 1}, {"refused": 1})
        assert list(problems(many)) == ["C3"]


def test_rows_that_name_no_team_or_two_are_refused(
    cast: Cast, enter: Enter, row_of: Row, tmp_path: Path
) -> None:
    codes = {name: cast.teams[name].pk for name in ("hg-1a", "hg-1b", "hg-2")}
    rows = [
        row_of("hg-1a", 1, 1),
        row_of("hg-1a", 2, 1),
        # The names were sorted, and the codes were not.
        [codes["hg-1b"], "Tổ hg-2", 3, 1],
        ["", "Tổ hg-2a", 3, 1],
        [codes["hg-2"], "", 3, 1],
        [987654, "Tổ hg-2", 3, 1],
    ]
    path = sheets.save(tmp_path, *rows)
    with enter(cast.officer):
        batch = sheets.bring(path, cast.officer, cast)
        assert batch.counts == {"new": 1, "refused": 5}
        assert sorted(problems(batch)) == ["A8", "B4", "B5", "B6", "B7"]


def test_what_people_do_to_the_table_is_understood(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    """Columns in another order, names taken apart, a numbering, a total and a signature."""
    apart = unicodedata.normalize("NFD", "Tổ hg-2")
    heads = ["STT", "nguoi dan truong thanh", "ghi chú", unicodedata.normalize("NFD", "TÊN TỔ")]
    rows = [[1, 12, "x", apart], [2, "0", "", "to HG-1A"], ["Tổng cộng", 12, "", ""]]
    path = sheets.save(tmp_path, *rows, ["", "", "", "Người lập"], heads=heads)
    with enter(cast.officer):
        done = sheets.bring_in(path, cast.officer, cast)
        assert (done.state, done.counts) == (State.COMMITTED, {"new": 2})
        assert values_of(cast) == {"hg-2": {"adults": 12}, "hg-1a": {"adults": 0}}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Số liệu tháng 06/2024", State.PREVIEWED),
        ("BÁO CÁO THÁNG 6 NĂM 2024", State.PREVIEWED),
        ("Số liệu tháng 7/2024", State.FAILED),
        ("Kế hoạch 12/2023", State.PREVIEWED),
    ],
)
def test_file_of_another_month_is_refused(
    said: str, state: str, cast: Cast, enter: Enter, row_of: Row, tmp_path: Path
) -> None:
    path = sheets.save(tmp_path, HEADS, row_of("hg-2", 5, 4), heads=[said])
    with enter(cast.officer):
        batch = sheets.bring(path, cast.officer, cast)
    assert (batch.state, "07/2024" in batch.said) == (state, state == State.FAILED)


def test_month_that_is_locked_takes_nothing_and_gives_nothing_back(
    cast: Cast, enter: Enter, row_of: Row, tmp_path: Path
) -> None:
    path = sheets.save(tmp_path, row_of("hg-2", 5, 4))
    other = sheets.save(tmp_path, row_of("hg-1a", 5, 4), name="Khác.xlsx")
    with enter(cast.admin):
        done = sheets.bring_in(path, cast.admin, cast)
        batch = sheets.bring(other, cast.admin, cast)
        bringing.commit(batch, cast.admin)
        batches.undo(batch=done, actor=cast.admin)
        lock_period(period=cast.june, actor=cast.admin, reason="đã chốt")
        told = [(each.state, "đã chốt" in each.said) for each in map(worked, (batch, done))]
        assert told == [(State.PREVIEWED, True), (State.COMMITTED, True)]
        assert values_of(cast) == {"hg-2": {"adults": 5, "adults_paying": 4}}


def test_import_is_not_undone_once_a_report_of_it_is_handed_in(
    cast: Cast, enter: Enter, row_of: Row, tmp_path: Path
) -> None:
    path = sheets.save(tmp_path, row_of("hg-2", 5, 4), row_of("hg-1a", 5, 4))
    with enter(cast.officer):
        batch = sheets.bring_in(path, cast.officer, cast)
        report = Report.objects.get(team=cast.teams["hg-2"])
        workflow.apply(report, "submit", actor=cast.officer, version=report.version)
        batches.undo(batch=batch, actor=cast.officer)
        refused = worked(batch)
        assert (refused.state, "Tổ hg-2 06/2024" in refused.said) == (State.COMMITTED, True)
        assert len(values_of(cast)) == 2


def test_leader_brings_the_figures_of_the_own_team_alone(
    cast: Cast, enter: Enter, row_of: Row, tmp_path: Path
) -> None:
    """Another team sits in the same hamlet, and its import is not the leader's to see."""
    path = sheets.save(tmp_path, row_of("hg-1a", 5, 4), row_of("hg-1b", 5, 4))
    with enter(cast.leader):
        batch = sheets.bring(path, cast.leader, cast, "hg-1")
        assert (batch.counts, list(problems(batch))) == ({"new": 1, "refused": 1}, ["A4"])
        batches.commit(batch=batch, digest=batch.digest, leaves_out_refused=True, actor=cast.leader)
        assert worked(batch).state == State.COMMITTED
        assert list(values_of(cast)) == ["hg-1a"]
    with enter(cast.officer):
        theirs = sheets.bring(path, cast.officer, cast, "hg-1")
        assert theirs.counts == {"unchanged": 1, "new": 1}
    with enter(cast.leader), pytest.raises(NotAllowed):
        batches.discard(batch=theirs, actor=cast.leader)


@pytest.mark.parametrize("who", ["staff", "district_officer", "neighbour", "leader"])
def test_nobody_else_brings_figures(who: str, cast: Cast, enter: Enter, tmp_path: Path) -> None:
    actor = getattr(cast, who)
    with enter(actor), pytest.raises(NotAllowed):
        sheets.bring(sheets.save(tmp_path), actor, cast)


def test_figure_that_was_typed_since_the_preview_is_shown_first(
    cast: Cast, enter: Enter, row_of: Row, tmp_path: Path
) -> None:
    path = sheets.save(tmp_path, row_of("hg-2", 5, 4))
    with enter(cast.officer):
        batch = sheets.bring(path, cast.officer, cast)
        entry.enter(
            team=cast.teams["hg-2"], period=cast.june, actor=cast.officer,
            typed={"adults": Typed("9")},
        )  # fmt: skip
        bringing.commit(batch, cast.officer)
        shown = worked(batch)
        assert (shown.state, shown.counts) == (State.PREVIEWED, {"changed": 1})
        assert values_of(cast) == {"hg-2": {"adults": 9}}


@pytest.mark.parametrize("status", [Status.DRAFT, None])
def test_nothing_is_stored_where_somebody_was_faster_with_one_team(
    status: Status | None, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    """Neither over a draft that was changed since it was read, nor beside one that was begun."""
    read = report_in(status, team="hg-2", values={"adults": 1}) if status else None
    drafts = [(cast.teams["hg-1a"], None, {"adults": 5}), (cast.teams["hg-2"], read, {"adults": 5})]
    with enter(cast.officer):
        entry.enter(
            team=cast.teams["hg-2"], period=cast.june, actor=cast.officer,
            typed={"adults": Typed("9", "1" if status else "")},
        )  # fmt: skip
        with pytest.raises(NotPossibleNow):
            save_drafts(period=cast.june, drafts=drafts, actor=cast.officer)
        assert values_of(cast) == {"hg-2": {"adults": 9}}


@pytest.mark.django_db(transaction=True)
def test_import_and_typing_at_once_lose_nothing(
    cast: Cast, enter: Enter, row_of: Row, at_once: AtOnce, tmp_path: Path
) -> None:
    """Two imports of one file and somebody who types: whatever is said to be stored is."""
    path = sheets.save(tmp_path, row_of("hg-2", 5, 4), row_of("hg-1a", 5, 4))
    with enter(cast.officer):
        brought = [sheets.bring(path, cast.officer, cast) for _ in range(2)]
        for each in brought:
            bringing.commit(each, cast.officer)

    def work(batch: Batch) -> str:
        with enter(cast.officer):
            return worked(batch).state

    def type_in() -> str:
        with enter(cast.officer):
            typed = {"residents": Typed("7")}
            team, june = cast.teams["hg-2"], cast.june
            told = entry.enter(team=team, period=june, actor=cast.officer, typed=typed)
        return told.answers["residents"].state

    first, second, typed = at_once(lambda: work(brought[0]), lambda: work(brought[1]), type_in)
    assert typed == "saved"
    assert {first, second} <= {State.COMMITTED, State.PREVIEWED}
    assert [first, second].count(State.COMMITTED) <= 1
    with enter(cast.officer):
        stored = values_of(cast)
    assert stored["hg-2"]["residents"] == 7
    imported = State.COMMITTED in (first, second)
    assert (stored["hg-2"].get("adults") == 5, "hg-1a" in stored) == (imported, imported)


@pytest.mark.django_db(transaction=True)
def test_figure_that_is_typed_while_an_import_is_undone_is_not_lost(
    cast: Cast,
    enter: Enter,
    report_in: ReportIn,
    row_of: Row,
    at_once: AtOnce,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """It is typed after the look at what stands on the import, and before anything is put back."""
    report_in(Status.DRAFT, team="hg-2", values={"adults": 1})
    with enter(cast.officer):
        path = sheets.save(tmp_path, row_of("hg-2", 5, 4))
        batch = sheets.bring_in(path, cast.officer, cast)
        batches.undo(batch=batch, actor=cast.officer)
    looked, look = Event(), reversal.standing_on

    def look_and_wait(*asked: Any) -> list[Any]:
        found = look(*asked)
        looked.set()
        sleep(0.5)
        return found

    def undo() -> None:
        with enter(cast.officer):
            batches.work(batch.pk)

    def type_in() -> None:
        looked.wait(timeout=10)
        with enter(cast.officer):
            entry.enter(
                team=cast.teams["hg-2"], period=cast.june, actor=cast.officer,
                typed={"residents": Typed("7")},
            )  # fmt: skip

    monkeypatch.setattr(reversal, "standing_on", look_and_wait)
    assert at_once(undo, type_in) == [None, None]
    with enter(cast.officer):
        assert values_of(cast) == {"hg-2": {"adults": 1, "residents": 7}}


def test_statements_are_as_many_for_every_number_of_rows(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    with enter(cast.admin):
        counts = [_statements(cast, tmp_path, size) for size in (3, 15)]
    assert counts[0] == counts[1]


def _statements(cast: Cast, folder: Path, size: int) -> int:
    """New drafts, and those of the last file changed."""
    new = [NewTeam(f"Tổ {size}-{n}", cast.units["hg-3"], Kind.LOCAL) for n in range(2 * size)]
    teams = establish_teams(tenant=cast.province, teams=new, since=SINCE)
    rows = [[team.pk, team.name, n, n] for n, team in enumerate(teams)]
    sheets.bring_in(sheets.save(folder, *rows[:size]), cast.admin, cast)
    path = sheets.save(folder, *([*row[:2], row[2] + 1, row[3]] for row in rows))
    with CaptureQueriesContext(connection) as asked:
        done = sheets.bring_in(path, cast.admin, cast)
    assert (done.state, done.counts) == (State.COMMITTED, {"new": size, "changed": size})
    return len(asked)
