"""A file is read, shown, brought in and taken back, and nothing is ever half done."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pghistory
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from teams import attempts, batches, enlistment, members
from teams.models import Batch, Membership, Person
from teams.workbooks import MEMBERS
from tests.cast import Cast, Enter
from tests.teams import bringing, rosters
from tests.teams.bringing import ON, worked
from units.errors import FileRefused, NotAllowed, NotPossibleNow

State = Batch.State
Bring = Callable[..., Batch]
ASKED: dict[str, Any] = {"effective_on": ON, "is_complete": False, "subject": MEMBERS}


@pytest.fixture(autouse=True)
def _named(cast: Cast, enter: Enter) -> None:
    """No name holds a digit."""
    with enter(cast.admin):
        for post, name in rosters.NAMES.items():
            Person.objects.filter(full_name=f"{post} hg-2").update(full_name=name)


@pytest.fixture
def bring(cast: Cast, enter: Enter) -> Bring:
    """`bring(row, …)` is a batch of these rows that a worker has read; the officer brings it."""

    def read(*rows: list[Any], actor: User = cast.officer, **options: Any) -> Batch:
        with enter(actor):
            return bringing.bring(actor, *rows, **options)

    return read


def people(cast: Cast) -> list[tuple[Any, ...]]:
    rows = Membership.objects.filter(team=cast.teams["hg-2"], valid__contains=ON)
    fields = ("person__full_name", "post", "person__birth_year", "person__phone")
    return sorted(rows.values_list(*fields))


BEFORE = [
    ("Lê Thị Phó", "deputy", None, ""),
    ("Lê Thị Trưởng", "leader", None, ""),
    ("Lê Thị Viên", "member", None, ""),
]
AFTER = [
    *BEFORE[:2],
    ("Lê Thị Viên", "member", 1985, "+84912345678"),
    ("Phạm Thị Mới", "member", 1990, "+84987654321"),
]


# -- Reading ------------------------------------------------------------------------------------


def test_preview_says_row_by_row_what_would_happen(bring: Bring, cast: Cast, enter: Enter) -> None:
    batch = bring(rosters.UNCHANGED, rosters.CHANGED, rosters.NEW, rosters.REFUSED)
    assert (batch.state, batch.said) == (State.PREVIEWED, "")
    assert batch.counts == {"unchanged": 1, "changed": 1, "new": 1, "refused": 1}
    with enter(cast.officer):
        rows = batch.rows.values_list("number", "outcome", "changes", "problems")
        assert list(rows) == [
            (3, "unchanged", [], []),
            (4, "changed", [["birth_year", None, 1985], ["phone", "", "+84912345678"]], []),
            (5, "new", [["full_name", None, "Phạm Thị Mới"], ["birth_year", None, 1990],
                        ["phone", None, "+84987654321"], ["post", None, "member"]], []),
            (6, "refused", [], [
                ["F6", "birth_year", "Thành viên sinh trong khoảng từ năm 1914 đến năm "
                                   "2010: năm 2099 không thể đúng.", []],
                ["G6", "phone", "“12” không phải là số điện thoại: số di động có 10 chữ số, ví dụ "
                                "0912 345 678.", []],
                ["B6", "hamlet", "Phường Hồng Gai không có “Khu 2”. Có phải là “Khu phố 2” không?",
                 ["Khu phố 2"]],
            ]),
        ]  # fmt: skip
        assert people(cast) == BEFORE
        assert bytes(batch.file.content)[:2] == b"PK"
    assert (len(batch.sha256), batch.size > 0) == (64, True)


def test_file_that_nobody_should_open_is_not_kept(cast: Cast, enter: Enter, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_bytes(b"no workbook")
    with enter(cast.officer), pytest.raises(FileRefused):
        batches.receive(path=path, name="a.xlsx", actor=cast.officer, **ASKED)
    with enter(cast.officer):
        assert not Batch.objects.exists()


def test_sheet_without_a_table_fails_in_words(cast: Cast, enter: Enter, tmp_path: Path) -> None:
    path = rosters.save(tmp_path / "roster.xlsx", heads=["a", "b"])
    with enter(cast.officer):
        batch = worked(batches.receive(path=path, name="a.xlsx", actor=cast.officer, **ASKED))
    assert batch.state == State.FAILED
    assert "Họ và tên" in batch.said


@pytest.mark.parametrize("rows", [[], [["", "", "", "", "", "", ""]]])
def test_table_without_rows_is_refused_in_a_sentence(rows: list[list[Any]], bring: Bring) -> None:
    batch = bring(*rows)
    assert (batch.state, batch.counts) == (State.FAILED, {})
    assert batch.said == "Bảng không có dòng nào bên dưới tiêu đề cột."


def test_columns_are_read_as_a_person_says(
    bring: Bring, cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        rosters.save, "__kwdefaults__", {"heads": ["", "Khu", "", "Ai", "", "", ""]}
    )
    batch = bring(rosters.NEW)
    assert "Họ và tên" in batch.said
    with enter(cast.officer):
        batches.match_columns(
            batch=batch, matched={"1": "hamlet", "3": "full_name"}, actor=cast.officer
        )
        assert worked(batch).counts == {"new": 1}


def test_name_that_is_chosen_stands_in_every_row_that_said_the_same(
    bring: Bring, cast: Cast, enter: Enter
) -> None:
    astray = [["", "Khu 2", "", name, "TV", "", ""] for name in ("Lê Thị Một", "Lê Thị Hai")]
    batch = bring(*astray, ["", "Khu 3", "", "Lê Thị Ba", "TV", "", ""])
    assert batch.counts == {"refused": 3}
    asked = {"batch": batch, "number": 3, "key": "hamlet", "actor": cast.officer}
    with enter(cast.officer):
        with pytest.raises(NotPossibleNow):
            batches.correct(**asked, chosen="Khu phố 5")
        batches.correct(**asked, chosen="Khu phố 2")
        batch = worked(batch)
        assert list(batch.rows.values_list("number", "outcome", "title")) == [
            (3, "new", "Lê Thị Một · Tổ hg-2"),
            (4, "new", "Lê Thị Hai · Tổ hg-2"),
            (5, "refused", "Lê Thị Ba"),
        ]


def test_two_cells_of_a_row_are_chosen_one_after_the_other(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    heads = ["Xã/phường", "Thôn/khu phố", "Họ và tên"]
    path = rosters.save(tmp_path / "a.xlsx", ["Hồng Gay", "Khu 2", "Lê Thị Một"], heads=heads)
    with enter(cast.admin):
        batch = bringing.received(path, cast.admin)
        for key, chosen in (("commune", "Phường Hồng Gai"), ("hamlet", "Khu phố 2")):
            assert batch.counts == {"refused": 1}
            batches.correct(batch=batch, number=3, key=key, chosen=chosen, actor=cast.admin)
            batch = worked(batch)
        assert batch.corrections == {"3": {"commune": "Phường Hồng Gai", "hamlet": "Khu phố 2"}}
        assert batch.counts == {"new": 1}


@pytest.mark.parametrize("who", ["leader", "district_officer", "staff", "national"])
def test_file_is_not_taken_from(who: str, bring: Bring, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        bring(rosters.NEW, actor=getattr(cast, who))


def test_rows_of_the_next_commune_are_refused(bring: Bring, cast: Cast) -> None:
    batch = bring([1, "Khu phố 1", "Tổ bd-1", "Ai Đó", "", "", ""])
    assert batch.counts == {"refused": 1}
    assert bring([1, "", "Tổ bd-1", "Ai Đó", "", "", ""], actor=cast.admin).counts == {"new": 1}


# -- Bringing in --------------------------------------------------------------------------------


def test_import_does_what_was_shown_and_nothing_the_second_time(
    bring: Bring, cast: Cast, enter: Enter
) -> None:
    rows = (rosters.UNCHANGED, rosters.CHANGED, rosters.NEW)
    batch = bring(*rows)
    with enter(cast.officer):
        bringing.commit(batch, cast.officer)
        batch = worked(batch)
        assert (batch.state, batch.committed_by) == (State.COMMITTED, cast.officer)
        assert people(cast) == AFTER
    again = bring(*rows)
    assert again.counts == {"unchanged": 3}
    with enter(cast.officer), pytest.raises(NotPossibleNow):
        bringing.commit(again, cast.officer)


def test_refused_rows_are_left_out_only_where_somebody_says_so(
    bring: Bring, cast: Cast, enter: Enter
) -> None:
    batch = bring(rosters.CHANGED, rosters.NEW, rosters.REFUSED)
    with enter(cast.officer):
        with pytest.raises(NotPossibleNow):
            bringing.commit(batch, cast.officer)
        assert people(cast) == BEFORE
        bringing.commit(batch, cast.officer, leaves_out_refused=True)
        assert worked(batch).state == State.COMMITTED
        assert people(cast) == AFTER


def test_row_that_is_refused_for_one_cell_is_not_written(
    bring: Bring, cast: Cast, enter: Enter
) -> None:
    batch = bring(rosters.NEW, [5, "Khu phố 2", "", "Lê Thị Sai", "TV", 1990, "12"])
    with enter(cast.officer):
        bringing.commit(batch, cast.officer, leaves_out_refused=True)
        assert worked(batch).state == State.COMMITTED
        assert not Person.objects.filter(full_name="Lê Thị Sai").exists()
        assert Person.objects.filter(full_name="Phạm Thị Mới").exists()


def test_import_is_shown_again_when_the_register_has_changed(
    bring: Bring, cast: Cast, enter: Enter
) -> None:
    batch = bring(rosters.CHANGED)
    with enter(cast.officer):
        Person.objects.filter(full_name="Lê Thị Viên").update(birth_year=1985)
        bringing.commit(batch, cast.officer)
        batch = worked(batch)
        assert (batch.state, batch.said) == (
            State.PREVIEWED, "Dữ liệu đã thay đổi sau khi xem trước: hãy xem lại."
        )  # fmt: skip
        assert [row.changes for row in batch.rows.all()] == [[["phone", "", "+84912345678"]]]


def test_plan_that_nobody_saw_is_not_carried_out(bring: Bring, cast: Cast, enter: Enter) -> None:
    batch = bring(rosters.CHANGED)
    with enter(cast.officer):
        Person.objects.filter(full_name="Lê Thị Viên").update(birth_year=1985)
        bringing.commit(batch, cast.officer)
        shown_anew = worked(batch)
        with pytest.raises(NotPossibleNow):
            batches.commit(batch=shown_anew, digest=batch.digest, leaves_out_refused=False,
                           actor=cast.officer)  # fmt: skip
        # Nor where the page was made anew between the look at the batch and the click.
        with pytest.raises(NotPossibleNow):
            bringing.commit(batch, cast.officer)
        assert Batch.objects.get(pk=batch.pk).state == State.PREVIEWED


def test_import_that_breaks_off_leaves_nothing_half_done(
    bring: Bring, cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = bring(rosters.CHANGED, rosters.NEW)
    monkeypatch.setattr(enlistment, "INSERT_MEMBERSHIPS", "select 1/0 -- %s")
    with enter(cast.officer):
        bringing.commit(batch, cast.officer)
        batch = worked(batch)
        assert people(cast) == BEFORE
        assert not Person.objects.filter(full_name="Phạm Thị Mới").exists()
    assert (batch.state, batch.said[:15]) == (State.PREVIEWED, "Đã xảy ra lỗi v")


def test_stage_that_nobody_works_on_is_told_again(bring: Bring, cast: Cast, enter: Enter) -> None:
    batch = bring(rosters.NEW)
    with enter(cast.officer):
        assert batches.forgotten() == []
        bringing.commit(batch, cast.officer)
        assert batches.forgotten() == [(batch.pk, cast.province.pk)]


@pytest.mark.parametrize("stage", [State.READING, State.COMMITTING])
def test_stage_is_begun_only_so_often(
    stage: State,
    bring: Bring,
    cast: Cast,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever kills a worker, as a file that takes all its memory does, kills three."""
    batch, begun = bring(rosters.NEW), []

    def be_killed(batch: Batch) -> None:
        begun.append(batch.pk)
        raise KeyboardInterrupt

    monkeypatch.setattr(batches, "_plan", be_killed)
    with enter(cast.officer):
        if stage == State.COMMITTING:
            bringing.commit(batch, cast.officer)
        else:
            batches.match_columns(batch=batch, matched={}, actor=cast.officer)
        for _ in range(attempts.MOST):
            with pytest.raises(KeyboardInterrupt):
                worked(batch)
        batch = worked(batch)
        assert len(begun) == attempts.MOST
        before = State.PREVIEWED if stage == State.COMMITTING else State.FAILED
        assert (batch.state, batch.said[:30]) == (before, "Việc này đã được bắt đầu 3 lần")
        assert batches.forgotten() == []


# -- Taking back --------------------------------------------------------------------------------


def test_undone_import_leaves_the_register_as_it_was(
    bring: Bring, cast: Cast, enter: Enter
) -> None:
    batch = bring(rosters.CHANGED, rosters.NEW)
    with enter(cast.officer):
        bringing.commit(batch, cast.officer)
        batches.undo(batch=worked(batch), actor=cast.officer)
        batch = worked(batch)
        assert (batch.state, batch.undone_by) == (State.UNDONE, cast.officer)
        assert people(cast) == BEFORE
        with pytest.raises(NotPossibleNow):
            batches.undo(batch=batch, actor=cast.officer)


def test_import_is_not_undone_where_later_changes_stand_on_it(
    bring: Bring, cast: Cast, enter: Enter
) -> None:
    batch = bring(rosters.CHANGED, rosters.NEW)
    with enter(cast.officer):
        bringing.commit(batch, cast.officer)
        batch = worked(batch)
        with pghistory.context(user=cast.admin.pk):
            Person.objects.filter(full_name="Phạm Thị Mới").update(phone="+84999999999")
        batches.undo(batch=batch, actor=cast.officer)
        batch = worked(batch)
        assert batch.state == State.COMMITTED
        assert "không thể hoàn tác" in batch.said.lower()
        assert len(people(cast)) == 4


def test_what_stands_on_an_import_is_told_by_name(bring: Bring, cast: Cast, enter: Enter) -> None:
    """A new leader since, whom no rule of the history but one of the database holds to be later;
    and a move to an area of which the officer is told no names."""
    left = ["", "Khu phố 2", "", "Lê Thị Trưởng", "Thành viên", "", ""]
    batch = bring(left, rosters.NEW, effective_on=date(2024, 6, 1))
    with enter(cast.officer):
        bringing.commit(batch, cast.officer)
        batch = worked(batch)
        assert batch.state == State.COMMITTED
        known = Membership.objects.get(person__full_name="Lê Thị Phó")
        values = members.known_of(known) | {"post": "leader"}
        with pghistory.context(user=cast.officer.pk):
            members.enter(team=known.team, values=values, on=ON, actor=cast.officer, member=known)
    with enter(cast.admin), pghistory.context(user=cast.admin.pk):
        new = Person.objects.get(full_name="Phạm Thị Mới")
        Membership.objects.create(
            tenant=cast.province, team=cast.teams["ct-1"], person=new, valid=DateRange(ON, None)
        )
    with enter(cast.officer):
        batches.undo(batch=batch, actor=cast.officer)
        batch = worked(batch)
    assert batch.state == State.COMMITTED
    assert batch.said == (
        "Không thể hoàn tác lần nhập này nữa vì đã có thay đổi về sau dựa trên nó: "
        "2 lượt tham gia Tổ (Tổ hg-2: Lê Thị Phó, Tổ trưởng từ ngày 10/06/2024; …)."
    )


@pytest.mark.parametrize("who", ["neighbour", "staff", "stranger"])
def test_batch_is_nobody_elses(who: str, bring: Bring, cast: Cast, enter: Enter) -> None:
    batch = bring(rosters.NEW)
    actor = getattr(cast, who)
    with enter(actor):
        with pytest.raises(NotAllowed):
            bringing.commit(batch, actor)
        mine = Batch.objects.visible_to(actor)
        assert mine.count() == (1 if who == "staff" else 0)
