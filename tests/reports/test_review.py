"""A reviewer's list decided in one go: approved, returned with a reason, or left waiting."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from reports import batches, review, workflow
from reports.batches import Reviewed
from reports.missing import Absent, Why
from reports.models import DirtyTotal, Report, ReportStep, Status
from reports.periods import lock_period
from tests.cast import AtOnce, Cast, Enter, ReportIn, Undone
from units.tenancy import scope

TEAMS = ("hg-1a", "hg-1b", "hg-2", "bd-1", "ct-1", "vnpt")
KEY = UUID("0b5b34d2-8e9d-4f7a-a5b5-3d2f6c1f9a10")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def waiting(report_in: ReportIn) -> dict[str, Report]:
    return {team: report_in(Status.SUBMITTED, team=team) for team in TEAMS}


def decide(
    cast: Cast,
    reports: list[Report],
    actor: User,
    *,
    chosen: list[Report] | None = None,
    reasons: dict[int, str] | None = None,
    key: UUID = KEY,
) -> Reviewed:
    return batches.review_many(
        period=cast.june,
        seen={report.pk: report.version for report in reports},
        chosen=[report.pk for report in (reports if chosen is None else chosen)],
        reasons=reasons or {},
        key=key,
        actor=actor,
    )


def names(reports: list[Report]) -> list[str]:
    return [str(report.team).removeprefix("Tổ ") for report in reports]


def told(reviewed: Reviewed) -> dict[str, str]:
    return {str(report.team).removeprefix("Tổ "): why for report, why in reviewed.refused}


def statuses(cast: Cast, enter: Enter) -> dict[str, str]:
    with enter(cast.national):
        rows = Report.objects.values_list("team__name", "status")
        return {name.removeprefix("Tổ "): status for name, status in rows}


# -- One list, three answers --------------------------------------------------------------------


def test_chosen_are_approved_reasoned_returned_and_the_rest_wait(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    mine = [waiting[name] for name in ("hg-1a", "hg-1b", "hg-2")]
    with enter(cast.officer):
        DirtyTotal.objects.all().delete()
        reviewed = decide(
            cast, mine, cast.officer, chosen=mine[:1], reasons={mine[1].pk: " Thiếu số "}
        )
        assert names(reviewed.approved) == ["hg-1a"]
        assert names(reviewed.returned) == ["hg-1b"]
        assert names(reviewed.waiting) == ["hg-2"]
        assert reviewed.refused == []
        steps = ReportStep.objects.filter(key=KEY).order_by("report__team__name")
        assert list(steps.values_list("name", "status", "version", "reason", "by")) == [
            ("approve", Status.APPROVED, mine[0].version + 1, "", cast.officer.pk),
            ("return", Status.RETURNED, mine[1].version + 1, "Thiếu số", cast.officer.pk),
        ]
        assert set(DirtyTotal.objects.values_list("unit__code", flat=True)) == {"hg-1"}
    found = statuses(cast, enter)
    assert (found["hg-1a"], found["hg-1b"], found["hg-2"]) == (
        Status.APPROVED, Status.RETURNED, Status.SUBMITTED,
    )  # fmt: skip


def test_report_that_is_chosen_with_a_reason_is_neither(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    one, other = waiting["hg-1a"], waiting["hg-2"]
    with enter(cast.officer):
        reviewed = decide(cast, [one, other], cast.officer, reasons={one.pk: "xem lại"})
        assert names(reviewed.approved) == ["hg-2"]
        assert told(reviewed) == {"hg-1a": "You wrote a reason: return the report, or clear it."}
    assert statuses(cast, enter)["hg-1a"] == Status.SUBMITTED


def test_report_that_changed_meanwhile_is_named_and_not_approved(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    changed, gone, still = (waiting[name] for name in ("hg-1a", "hg-1b", "hg-2"))
    with enter(cast.admin):
        taken = workflow.apply(
            changed, "withdraw", actor=cast.admin, version=changed.version, reason="sửa"
        )
        workflow.apply(taken, "submit", actor=cast.admin, version=taken.version)
        workflow.apply(gone, "return", actor=cast.admin, version=gone.version, reason="sửa")
    with enter(cast.officer):
        reviewed = decide(cast, [changed, gone, still], cast.officer)
        assert names(reviewed.approved) == ["hg-2"]
        assert told(reviewed) == {
            "hg-1a": "The report was changed after you had opened it. Look at the figures again.",
            "hg-1b": "The report is returned by now, so this step is no longer possible.",
        }
    found = statuses(cast, enter)
    assert (found["hg-1a"], found["hg-1b"]) == (Status.SUBMITTED, Status.RETURNED)


# -- The same key -------------------------------------------------------------------------------


def test_same_key_approves_once(waiting: dict[str, Report], cast: Cast, enter: Enter) -> None:
    mine = [waiting["hg-1a"], waiting["hg-2"]]
    with enter(cast.officer):
        for _ in range(2):
            reviewed = decide(
                cast, mine, cast.officer, chosen=mine[:1], reasons={mine[1].pk: "xem lại"}
            )
            assert names(reviewed.approved) == ["hg-1a"]
            assert names(reviewed.returned) == ["hg-2"]
            assert reviewed.refused == []
        assert ReportStep.objects.filter(key=KEY).count() == 2


def test_same_key_with_another_answer_is_refused(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    """Somebody goes back, writes a reason, and sends the page a second time."""
    one = waiting["hg-1a"]
    with enter(cast.officer):
        decide(cast, [one], cast.officer)
        reviewed = decide(cast, [one], cast.officer, chosen=[], reasons={one.pk: "xem lại"})
        assert told(reviewed) == {
            "hg-1a": "The report is approved by now, so this step is no longer possible."
        }
    assert statuses(cast, enter)["hg-1a"] == Status.APPROVED


@pytest.mark.django_db(transaction=True)
def test_double_click_approves_once(
    waiting: dict[str, Report], cast: Cast, at_once: AtOnce
) -> None:
    mine = [waiting["hg-1a"], waiting["hg-2"]]

    def click() -> list[str]:
        with scope(tenant=cast.province.pk):
            return names(decide(cast, mine, cast.officer).approved)

    assert at_once(click, click) == [["hg-1a", "hg-2"]] * 2
    with scope(tenant=cast.province.pk):
        assert ReportStep.objects.filter(key=KEY).count() == 2
        assert ReportStep.objects.filter(name="approve").count() == 2


# -- Whose reports ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "reached", "without_right"),
    [
        ("leader", set(), {"hg-1a"}),
        ("officer", {"hg-1a", "hg-1b", "hg-2"}, set()),
        ("neighbour", {"bd-1"}, set()),
        ("district_officer", {"hg-1a", "hg-1b", "hg-2", "bd-1"}, set()),
        ("staff", set(), set(TEAMS)),
        ("admin", set(TEAMS), set()),
        ("stranger", set(), set()),
        # The wall hands out no row of a province that somebody else could write.
        ("national", set(), set()),
    ],
)
def test_list_is_decided_by(
    who: str,
    reached: set[str],
    without_right: set[str],
    waiting: dict[str, Report],
    cast: Cast,
    enter: Enter,
) -> None:
    """What somebody does not see is not even named."""
    actor = getattr(cast, who)
    with enter(actor):
        reviewed = decide(cast, list(waiting.values()), actor)
    assert set(names(reviewed.approved)) == reached
    assert told(reviewed) == dict.fromkeys(without_right, "You may not take this step.")
    approved = {name for name, found in statuses(cast, enter).items() if found == "approved"}
    assert approved == reached


def test_wall_of_the_database_holds_the_other_province(
    waiting: dict[str, Report], cast: Cast
) -> None:
    """Even where Python would let the administrator through."""
    with scope(tenant=cast.other.pk):
        reviewed = decide(cast, list(waiting.values()), cast.admin)
    assert reviewed == Reviewed()


def test_nothing_is_decided_in_a_locked_month(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        before = statuses(cast, enter)
    with enter(cast.admin):
        reviewed = decide(cast, list(waiting.values()), cast.admin)
    assert set(told(reviewed)) == set(TEAMS)
    assert all("đã báo cáo Bộ" in why for why in told(reviewed).values())
    assert statuses(cast, enter) == before


def test_list_takes_as_many_statements_as_one_report(
    waiting: dict[str, Report], cast: Cast, enter: Enter, undone: Undone
) -> None:
    counts = []
    with enter(cast.admin):
        assert cast.admin.held_grants
        for reports in (list(waiting.values())[:1], list(waiting.values())):
            with undone(), CaptureQueriesContext(connection) as asked:
                decide(cast, reports, cast.admin)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_returning_takes_as_many_statements_whatever_the_reasons(
    waiting: dict[str, Report], cast: Cast, enter: Enter, undone: Undone
) -> None:
    counts = []
    with enter(cast.admin):
        assert cast.admin.held_grants
        for reports in (list(waiting.values())[:1], list(waiting.values())[:4]):
            reasons = {report.pk: f"Lý do {report.pk}" for report in reports}
            with undone(), CaptureQueriesContext(connection) as asked:
                decided = decide(cast, reports, cast.admin, chosen=[], reasons=reasons)
                said = dict(ReportStep.objects.filter(key=KEY).values_list("report", "reason"))
            assert said == reasons
            assert len(decided.returned) == len(reports)
            counts.append(len(asked))
    assert counts[0] == counts[1]


# -- The queue ----------------------------------------------------------------------------------


def test_queue_is_grouped_by_commune_and_names_the_missing(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    def laid_out(who: User, code: str) -> list[tuple[str, int, list[str]]]:
        with enter(who):
            groups = review.groups(cast.units[code], cast.june, who)
            return [
                (each.unit.code, len(each.waiting),
                 [other.team.name.removeprefix("Tổ ") for other in each.absent])
                for each in groups
            ]  # fmt: skip

    assert laid_out(cast.officer, "06691") == [("06691", 3, [])]
    assert laid_out(cast.district_officer, "193") == [
        ("06688", 1, ["bd-2"]), ("06691", 3, []), ("193", 0, ["viettel"]),
    ]  # fmt: skip
    assert laid_out(cast.admin, "22") == [
        ("22", 1, []), ("06688", 1, ["bd-2"]), ("06691", 3, []), ("06757", 1, ["ct-2"]),
        ("193", 0, ["viettel"]),
    ]  # fmt: skip


def test_draft_is_missing_and_what_was_returned_is_named_as_such(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    for team, status in [("hg-1a", Status.DRAFT), ("hg-1b", Status.RETURNED),
                         ("hg-2", Status.APPROVED)]:  # fmt: skip
        report_in(status, team=team)
    with enter(cast.officer):
        (group,) = review.groups(cast.units["06691"], cast.june, cast.officer)
    assert group.waiting == []
    assert [(each.team.name, each.why) for each in group.absent] == [
        ("Tổ hg-1a", Why.MISSING), ("Tổ hg-1b", Why.RETURNED),
    ]  # fmt: skip


def test_missing_team_never_blocks_a_district(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    """Bạch Đằng's second team and Viettel have sent nothing: all that was sent is approved."""
    with enter(cast.district_officer):
        groups = review.groups(cast.units["193"], cast.june, cast.district_officer)
        assert sum(len(group.absent) for group in groups) == 2
        sent = [pk for group in groups for pk in group.waiting]
        rows = review.rows(sent, cast.june, cast.district_officer)
        reviewed = decide(cast, [row.report for row in rows.values()], cast.district_officer)
        assert len(reviewed.approved) == 4
        assert review.by_month(cast.district_officer, [cast.units["193"]]) == {
            cast.units["193"].pk: []
        }
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")


def test_queue_takes_as_many_statements_for_many(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    counts = []
    for teams in (["hg-1a"], ["hg-1b", "hg-2", "bd-1", "bd-2", "ct-1"]):
        for team in teams:
            report_in(Status.SUBMITTED, team=team)
        with enter(cast.admin), CaptureQueriesContext(connection) as asked:
            groups = review.groups(cast.units["22"], cast.june, cast.admin)
            wanted = [pk for group in groups for pk in group.waiting]
            assert set(review.rows(wanted, cast.june, cast.admin)) == set(wanted)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_page_is_full_without_tearing_a_commune(cast: Cast) -> None:
    def group(count: int, missing: int = 0) -> review.Group:
        absent = [Absent(cast.teams["hg-1a"], Why.MISSING, None)] * missing
        return review.Group(cast.units["06691"], list(range(count)), absent)

    sizes = [5, 30, 8, 90, 3, 3]
    pages = review.pages([*(group(size) for size in sizes), group(0, missing=400)])
    assert [[len(each.waiting) for each in page] for page in pages] == [
        [5, 30], [8], [90], [3, 3], [0],
    ]  # fmt: skip


def test_outcome_is_told_to_whoever_decided(
    waiting: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    mine = [waiting["hg-1a"], waiting["hg-2"]]
    with enter(cast.officer):
        decide(cast, mine, cast.officer, chosen=mine[:1], reasons={mine[1].pk: "xem lại"})
        done = review.taken_with(KEY, cast.officer)
        assert {name: names(found) for name, found in done.items()} == {
            "approve": ["hg-1a"], "return": ["hg-2"],
        }  # fmt: skip
        assert review.taken_with(uuid4(), cast.officer) == {}
    with enter(cast.admin):
        assert review.taken_with(KEY, cast.admin) == {}
