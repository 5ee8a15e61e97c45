"""Photos and files beside a month: attached, removed, put back, cleared out, and for whom."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.models import User
from reports import evidence, tasks, trace, workflow
from reports.models import Evidence, Report, Status
from reports.models.evidence import folder_of
from reports.periods import lock_period
from reports.workflow import Draft
from tests.cast import Cast, Enter, Undone
from tests.reports import proofs
from units.errors import FileRefused, NotAllowed, NotPossibleNow
from units.tenancy import scope

Attach = Callable[..., Evidence]


@pytest.fixture(autouse=True)
def _empty_storage(cast: Cast) -> Iterator[None]:
    """The storage of the tests is in memory, and outlives them."""
    yield
    for tenant in (cast.province, cast.other):
        for path in files_of(tenant.pk):
            default_storage.delete(path)


@pytest.fixture
def attach(cast: Cast, enter: Enter, tmp_path: Path) -> Attach:
    """`attach(content)` keeps a file beside the June of a team."""

    def bring(
        content: bytes, name: str = "Ảnh.jpg", *, team: str = "hg-1a", by: User = cast.leader
    ) -> Evidence:
        with enter(by):
            return evidence.attach(
                team=cast.teams[team],
                period=cast.june if by.tenant_id == cast.province.pk else cast.june_elsewhere,
                path=proofs.save(tmp_path, content),
                name=name,
                actor=by,
            )

    return bring


def files_of(tenant: int) -> list[str]:
    folder = folder_of(tenant)
    names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    return sorted(f"{folder}/{name}" for name in names)


def seen(user: User, enter: Enter) -> list[str]:
    with enter(user):
        return [each.name for each in Evidence.objects.visible_to(user).attached()]


def read(path: str) -> bytes:
    with default_storage.open(path) as file:
        return bytes(file.read())


# -- Attached -------------------------------------------------------------------------------------


def test_file_begins_a_report_that_says_nothing_yet(
    attach: Attach, cast: Cast, enter: Enter
) -> None:
    before = set(files_of(cast.province.pk))
    kept = attach(proofs.photo(), "../Lớp học.PNG")
    with enter(cast.leader):
        report = Report.objects.get()
        assert (report.values, report.status, report.updated_by) == ({}, "draft", cast.leader)
        assert (kept.report, kept.by, kept.kind) == (report, cast.leader, "jpg")
        assert kept.name == "Lớp học.jpg"
        assert kept.size == len(read(kept.path))
        assert set(files_of(cast.province.pk)) - before == {kept.path, kept.small_path}
        # Whoever opened the page before, and saw no report, has seen all of it.
        draft = {"team": cast.teams["hg-1a"], "period": cast.june, "draft": Draft({"adults": 3})}
        saved = workflow.save_draft(**draft, version=0, actor=cast.leader)
    assert (saved.values, saved.version) == ({"adults": 3}, 1)


def test_stored_name_is_ours_and_says_nothing_of_the_persons(attach: Attach, cast: Cast) -> None:
    kept = attach(proofs.PDF, "Báo cáo <script>.php\u202egpj.exe")
    assert kept.path == f"evidence/{cast.province.pk}/{kept.key}.pdf"
    assert kept.name == "Báo cáo script .phpgpj.pdf"
    assert read(kept.path) == proofs.PDF


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a/b\\c.txt", "c.jpg"),
        (".jpg", "jpg.jpg"),
        ("...", "Tệp.jpg"),
        ("\n\t\0", "Tệp.jpg"),
        ("Ả" * 300 + ".jpeg", "Ả" * 100 + ".jpg"),
        ("CON: một|hai?.jpg", "CON một hai.jpg"),
    ],
)
def test_name_is_shown_without_what_steers(name: str, shown: str) -> None:
    assert evidence.shown_name(name, Evidence.Kind.PHOTO) == shown


def test_same_file_again_is_the_one_that_is_there(attach: Attach, cast: Cast) -> None:
    assert attach(proofs.PDF) == attach(proofs.PDF, "khác.pdf")
    assert len(files_of(cast.province.pk)) == 1
    # Beside another report it is another.
    attach(proofs.PDF, team="hg-1b", by=cast.officer)
    assert len(files_of(cast.province.pk)) == 2


def test_history_tells_who_attached_and_removed(attach: Attach, cast: Cast, enter: Enter) -> None:
    kept = attach(proofs.PDF)
    with enter(cast.officer):
        evidence.remove(evidence=kept, actor=cast.officer)
        events = list(kept.events.order_by("pgh_id").values_list("pgh_label", "by", "removed_by"))
    leader, officer = cast.leader.pk, cast.officer.pk
    assert events == [("insert", leader, None), ("update", leader, officer)]


# -- Refused --------------------------------------------------------------------------------------


def test_file_is_refused_when_it_is_too_large(
    attach: Attach, cast: Cast, settings: Settings
) -> None:
    settings.LARGEST_EVIDENCE = len(proofs.PDF)
    attach(proofs.PDF)
    with pytest.raises(FileRefused, match="lớn hơn 0 MB"):
        attach(proofs.PDF + b"\n")
    assert len(files_of(cast.province.pk)) == 1


def test_file_is_refused_when_there_are_too_many(
    attach: Attach, cast: Cast, enter: Enter, settings: Settings
) -> None:
    settings.MOST_EVIDENCE = 2
    first = attach(proofs.PDF + b"\n")
    attach(proofs.PDF + b"\n\n")
    with pytest.raises(FileRefused, match="tối đa 2 tệp"):
        attach(proofs.PDF)
    with enter(cast.leader):
        evidence.remove(evidence=first, actor=cast.leader)
        attach(proofs.PDF)
        with pytest.raises(FileRefused, match="tối đa 2 tệp"):
            evidence.restore(evidence=first, actor=cast.leader)


def test_as_many_removed_files_are_kept_as_a_report_takes(
    attach: Attach,
    cast: Cast,
    enter: Enter,
    settings: Settings,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    """Whoever attaches and removes over and over fills no disk; the last can be put back."""
    settings.MOST_EVIDENCE = 2
    kept = []
    for number in range(5):
        kept.append(attach(proofs.photo(size=(8, 8 + number))))
        with enter(cast.leader), django_capture_on_commit_callbacks(execute=True):
            evidence.remove(evidence=kept[-1], actor=cast.leader)
    *gone, older, last = kept
    assert set(files_of(cast.province.pk)) == {
        path for each in (older, last) for path in (each.path, each.small_path)
    }
    with enter(cast.leader):
        beside = evidence.beside(last.report, with_removed=True)
        assert (beside.attached, beside.removed, beside.goes_next) == ([], [older, last], older)
        evidence.restore(evidence=last, actor=cast.leader)
        evidence.restore(evidence=gone[0], actor=cast.leader)
        beside = evidence.beside(last.report, with_removed=True)
        assert (beside.attached, beside.removed, beside.goes_next) == ([last], [older], None)
        # That they were there stays on record.
        assert gone[0].events.count() == 2


def test_refused_file_leaves_no_report_and_no_file(
    attach: Attach, cast: Cast, enter: Enter
) -> None:
    with pytest.raises(FileRefused):
        attach(b"<html>", "ảnh.jpg")
    with enter(cast.leader):
        assert not Report.objects.exists()
    assert files_of(cast.province.pk) == []


@pytest.mark.parametrize("who", ["neighbour", "district_officer", "staff", "national"])
def test_only_who_fills_in_attaches(who: str, attach: Attach, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        attach(proofs.PDF, by=getattr(cast, who))


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED, Status.LOCKED])
def test_nothing_moves_once_the_report_is_handed_in(
    status: Status, attach: Attach, cast: Cast, enter: Enter
) -> None:
    kept, removed = attach(proofs.PDF), attach(proofs.photo())
    with enter(cast.leader):
        evidence.remove(evidence=removed, actor=cast.leader)
        Report.objects.update(status=status)
        for act in (evidence.remove, evidence.restore):
            for row in (kept, removed):
                with pytest.raises(NotPossibleNow):
                    act(evidence=row, actor=cast.leader)
    with pytest.raises(NotPossibleNow):
        attach(proofs.PDF + b"\n")


def test_nothing_moves_in_a_locked_month(attach: Attach, cast: Cast, enter: Enter) -> None:
    kept = attach(proofs.PDF)
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="Hết hạn")
    with enter(cast.leader), pytest.raises(NotPossibleNow):
        evidence.remove(evidence=kept, actor=cast.leader)
    with pytest.raises(NotPossibleNow):
        attach(proofs.PDF + b"\n")


# -- Removed and put back -------------------------------------------------------------------------


def test_removed_file_is_put_back(attach: Attach, cast: Cast, enter: Enter) -> None:
    kept = attach(proofs.PDF)
    with enter(cast.leader):
        for _twice in range(2):
            evidence.remove(evidence=kept, actor=cast.leader)
        assert seen(cast.leader, enter) == []
        assert evidence.beside(kept.report, with_removed=False).removed == []
        assert evidence.beside(kept.report, with_removed=True).removed == [kept]
        for _twice in range(2):
            evidence.restore(evidence=kept, actor=cast.leader)
    assert seen(cast.leader, enter) == ["Ảnh.pdf"]


def test_removed_file_is_not_put_back_beside_itself(
    attach: Attach, cast: Cast, enter: Enter
) -> None:
    kept = attach(proofs.PDF)
    with enter(cast.leader):
        evidence.remove(evidence=kept, actor=cast.leader)
        attach(proofs.PDF)
        with pytest.raises(NotPossibleNow, match="đã được đính kèm"):
            evidence.restore(evidence=kept, actor=cast.leader)


# -- Seen -----------------------------------------------------------------------------------------


def test_files_of_a_draft_are_its_writers_own(attach: Attach, cast: Cast, enter: Enter) -> None:
    attach(proofs.PDF)
    others = [cast.neighbour, cast.district_officer, cast.staff, cast.national, cast.stranger]
    for user in (cast.leader, cast.officer, cast.admin):
        assert seen(user, enter) == ["Ảnh.pdf"]
    assert [seen(user, enter) for user in others] == [[], [], [], [], []]
    with enter(cast.leader):
        Report.objects.update(status=Status.SUBMITTED)
    readers = [cast.district_officer, cast.staff, cast.national]
    assert [seen(user, enter) for user in readers] == [["Ảnh.pdf"]] * 3
    assert [seen(user, enter) for user in (cast.neighbour, cast.stranger)] == [[], []]


def test_rows_stand_behind_the_wall_of_their_province(attach: Attach, cast: Cast) -> None:
    attach(proofs.PDF)
    with scope(tenant=cast.other.pk), connection.cursor() as cursor:
        cursor.execute("select count(*) from reports_evidence")
        assert cursor.fetchone() == (0,)


# -- Cleared out ----------------------------------------------------------------------------------


@pytest.fixture
def clear_out(cast: Cast, enter: Enter) -> Callable[[timedelta], int]:
    def after(passed: timedelta) -> int:
        with time_machine.travel(timezone.now() + passed, tick=False), enter(cast.admin):
            return evidence.clear_out(cast.province.pk)

    return after


def test_file_whose_row_was_rolled_back_is_cleared_out(
    attach: Attach, cast: Cast, undone: Undone, clear_out: Callable[[timedelta], int]
) -> None:
    kept = attach(proofs.photo())
    with undone():
        attach(proofs.photo(colour="red"))
    assert len(files_of(cast.province.pk)) == 4
    # One that is just being written has no row yet, either.
    assert clear_out(timedelta(hours=23)) == 0
    assert clear_out(timedelta(hours=25)) == 2
    assert files_of(cast.province.pk) == sorted([kept.path, kept.small_path])


def test_task_clears_out_the_files_of_its_province(attach: Attach, cast: Cast) -> None:
    lost = f"{folder_of(cast.province.pk)}/{uuid4()}.pdf"
    kept = attach(proofs.PDF)
    default_storage.save(lost, ContentFile(b"?"))
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        tasks.clear_evidence(cast.province.pk)
    assert files_of(cast.province.pk) == [kept.path]


def test_nothing_looks_lost_to_a_connection_that_sees_no_rows(
    attach: Attach, cast: Cast, enter: Enter
) -> None:
    kept = attach(proofs.PDF)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        with pytest.raises(ValueError, match="not open"):
            evidence.clear_out(cast.province.pk)
        with enter(cast.stranger), pytest.raises(ValueError, match="not open"):
            evidence.clear_out(cast.province.pk)
    assert kept.path in files_of(cast.province.pk)


def test_files_of_others_are_left_alone(
    attach: Attach, cast: Cast, clear_out: Callable[[timedelta], int]
) -> None:
    attach(proofs.PDF, team="pl-1", by=cast.stranger)
    default_storage.save(f"{folder_of(cast.province.pk)}/{uuid4()}.pdf", ContentFile(b"?"))
    assert clear_out(timedelta(days=2)) == 1
    assert len(files_of(cast.other.pk)) == 1


def test_removed_file_is_kept_for_thirty_days(
    attach: Attach, cast: Cast, enter: Enter, settings: Settings,
    clear_out: Callable[[timedelta], int],
) -> None:  # fmt: skip
    settings.BUSINESS_DATE = None
    kept = attach(proofs.PDF)
    with enter(cast.leader):
        evidence.remove(evidence=kept, actor=cast.leader)
    assert clear_out(timedelta(days=29)) == 0
    assert clear_out(timedelta(days=31)) == 1
    later = time_machine.travel(timezone.now() + timedelta(days=31), tick=False)
    with later, enter(cast.leader), pytest.raises(NotPossibleNow, match="quá lâu"):
        evidence.restore(evidence=kept, actor=cast.leader)


def test_history_tells_who_attached_removed_and_put_back_what(
    attach: Attach, cast: Cast, enter: Enter, settings: Settings
) -> None:
    photo = attach(proofs.photo(), "Lớp.jpg")
    attach(proofs.PDF, "Danh sách.pdf")
    report = photo.report
    with enter(cast.officer):
        evidence.remove(evidence=photo, actor=cast.officer)
    with enter(cast.leader):
        evidence.restore(evidence=photo, actor=cast.leader)
        report.refresh_from_db()
        saved = workflow.save_draft(
            team=report.team, period=cast.june, draft=Draft({"adults": 7}), version=report.version,
            actor=cast.leader,
        )  # fmt: skip
        with translation.override("en"):
            told = [(each.by, each.files) for each in trace.history(saved) if each.files]
        days = {timezone.localdate(each.at) for each in trace.history(saved)}
        assert not any(each.files for each in trace.steps_of(saved))
    assert told == [
        (cast.leader, [("put back", "Lớp.jpg")]),
        (cast.officer, [("removed", "Lớp.jpg")]),
        (cast.leader, [("attached", "Lớp.jpg"), ("attached", "Danh sách.pdf")]),
    ]
    assert days == {settings.BUSINESS_DATE}
