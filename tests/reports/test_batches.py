"""Steps taken on many reports at once, and what history keeps of them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from reports import batches, workflow
from reports.catalogue import Catalogue
from reports.models import DirtyTotal, Report, Status
from reports.periods import DECREE_09, lay_out, lock_period
from reports.workflow import Draft
from tests.cast import Cast, Enter, ReportIn
from units.errors import DomainError, InvalidFigures, NotAllowed, NotPossibleNow

TEAMS = ["hg-1a", "hg-1b", "hg-2"]
AT = datetime(2024, 6, 12, 16, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def documents(cast: Cast, **values: dict[str, Any]) -> list[tuple[Any, Draft]]:
    return [
        (
            cast.teams[team],
            Draft(values.get(team.replace("-", "_"), {"adults": 7}), "khó", "đề xuất"),
        )
        for team in TEAMS
    ]


@pytest.fixture
def statuses(cast: Cast, enter: Enter):
    """The state of every report of June, by the name of its team."""

    def look() -> dict[str, str]:
        with enter(cast.national):
            rows = Report.objects.values_list("team__name", "status")
            return {name.removeprefix("Tổ "): status for name, status in rows}

    return look


# -- Submitting ---------------------------------------------------------------------------------


def test_submit_many_is_like_submitting_each(cast: Cast, forms: Catalogue, enter: Enter) -> None:
    with enter(cast.officer):
        DirtyTotal.objects.all().delete()
        reports = batches.submit_many(
            period=cast.june, documents=documents(cast), actor=cast.officer, at=AT
        )
        assert [report.team for report in reports] == [cast.teams[team] for team in TEAMS]
        for report in Report.objects.filter(pk__in=[report.pk for report in reports]):
            assert (report.status, report.version, report.values) == (
                Status.SUBMITTED, 1, {"adults": 7},
            )  # fmt: skip
            assert (report.difficulties, report.proposals) == ("khó", "đề xuất")
            assert (report.submitted_at, report.updated_at) == (AT, AT)
            [step] = report.steps.all()
            assert (step.name, step.status, step.version) == ("submit", Status.SUBMITTED, 1)
            assert (step.by, step.at) == (cast.officer, AT)
        # A hamlet with two teams needs one mark.
        marked = DirtyTotal.objects.values_list("unit__code", flat=True)
        assert sorted(marked) == ["hg-1", "hg-2"]


@pytest.mark.parametrize(
    ("who", "hg_2", "error"),
    [
        ("officer", {"adults": -1}, InvalidFigures),
        ("officer", {"unknown": 1}, InvalidFigures),
        ("officer", {}, NotPossibleNow),
        ("neighbour", {"adults": 7}, NotAllowed),
        ("leader", {"adults": 7}, NotAllowed),  # two of the three teams are not theirs
        ("staff", {"adults": 7}, NotAllowed),
        ("national", {"adults": 7}, NotAllowed),
    ],
)
def test_submit_many_leaves_nothing_where_one_is_refused(
    who: str,
    hg_2: dict[str, int],
    error: type[DomainError],
    cast: Cast,
    forms: Catalogue,
    enter: Enter,
    statuses,
) -> None:
    actor = getattr(cast, who)
    with enter(actor), pytest.raises(error):
        batches.submit_many(period=cast.june, documents=documents(cast, hg_2=hg_2), actor=actor)
    assert statuses() == {}


def test_submit_many_needs_an_open_month_of_the_province(
    cast: Cast, forms: Catalogue, enter: Enter, statuses
) -> None:
    july = lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09)
    with enter(cast.admin):
        july.save()
        for period, error in [(july, NotPossibleNow), (cast.june_elsewhere, NotAllowed)]:
            with pytest.raises(error):
                batches.submit_many(period=period, documents=documents(cast), actor=cast.admin)
    assert statuses() == {}


# -- Approving and returning --------------------------------------------------------------------


@pytest.fixture
def submitted(report_in: ReportIn) -> list[Report]:
    return [
        report_in(Status.SUBMITTED, team=team)
        for team in ("hg-1a", "hg-2", "bd-1", "ct-1", "viettel", "vnpt", "pl-1")
    ]


@pytest.mark.parametrize(
    ("who", "reached"),
    [
        ("leader", set()),
        ("officer", {"hg-1a", "hg-2"}),
        ("neighbour", {"bd-1"}),
        ("district_officer", {"hg-1a", "hg-2", "bd-1", "viettel"}),
        ("staff", set()),
        ("admin", {"hg-1a", "hg-2", "bd-1", "ct-1", "viettel", "vnpt"}),
        ("stranger", {"pl-1"}),
        ("national", set()),
    ],
)
def test_many_are_approved_and_returned_by(
    who: str, reached: set[str], submitted: list[Report], cast: Cast, enter: Enter, statuses, undone
) -> None:
    actor = getattr(cast, who)
    for move, status in [
        (lambda: batches.approve_many(reports=submitted, actor=actor), Status.APPROVED),
        (lambda: batches.return_many(reports=submitted, reason="vì sao", actor=actor),
         Status.RETURNED),
    ]:  # fmt: skip
        with undone():
            with enter(actor):
                assert move() == len(reached)
            moved = {team for team, found in statuses().items() if found == status}
            assert moved == reached
            assert len(statuses()) == 7


def test_approve_many_takes_what_is_still_submitted(
    submitted: list[Report], cast: Cast, enter: Enter, report_in: ReportIn, statuses
) -> None:
    mine, other = submitted[0], submitted[1]
    draft = report_in(Status.DRAFT, team="hg-1b")
    with enter(cast.officer):
        # Returned after the page with all of them was drawn.
        workflow.apply(other, "return", actor=cast.officer, version=other.version, reason="xem lại")
        assert batches.approve_many(reports=[mine, other, draft], actor=cast.officer, at=AT) == 1
        assert batches.approve_many(reports=[mine, other, draft], actor=cast.officer) == 0
        step = mine.steps.last()
        assert (step.name, step.status, step.version, step.by, step.at) == (
            "approve", Status.APPROVED, mine.version + 1, cast.officer, AT,
        )  # fmt: skip
        assert Report.objects.get(pk=mine.pk).version == mine.version + 1
    found = statuses()
    assert (found["hg-1a"], found["hg-2"], found["hg-1b"]) == (
        Status.APPROVED, Status.RETURNED, Status.DRAFT,
    )  # fmt: skip


def test_nothing_moves_in_a_month_that_is_not_open(
    submitted: list[Report], cast: Cast, enter: Enter, statuses
) -> None:
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        before = statuses()
        assert batches.approve_many(reports=submitted, actor=cast.admin) == 0
        assert batches.return_many(reports=submitted, reason="vì sao", actor=cast.admin) == 0
    assert statuses() == before


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_return_many_asks_for_a_reason(
    reason: str, submitted: list[Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin), pytest.raises(NotPossibleNow):
        batches.return_many(reports=submitted, reason=reason, actor=cast.admin)


def test_many_are_moved_in_as_many_statements_as_one(
    submitted: list[Report], cast: Cast, enter: Enter, undone, django_assert_num_queries
) -> None:
    with enter(cast.admin):
        assert cast.admin.held_grants
        for reports in (submitted[:1], submitted[:6]):
            # Two for the savepoint, one each to lock, to move, to write down, and to mark.
            with undone(), django_assert_num_queries(6):
                batches.approve_many(reports=reports, actor=cast.admin)


# -- History ------------------------------------------------------------------------------------


def test_history_keeps_every_change_of_figures_and_state(
    cast: Cast, forms: Catalogue, enter: Enter
) -> None:
    with enter(cast.admin):
        [report, *_] = batches.submit_many(
            period=cast.june, documents=documents(cast), actor=cast.admin
        )
        batches.approve_many(reports=[report], actor=cast.admin)
        report = Report.objects.get(pk=report.pk)
        for values in ({"adults": 8}, {"adults": None}, {}):
            report = workflow.correct(
                report=report, values=values, version=report.version, reason="gõ nhầm",
                actor=cast.admin,
            )  # fmt: skip
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        events = report.events.order_by("pgh_id")
        assert list(events.values_list("pgh_label", "status", "version", "values")) == [
            ("insert", Status.SUBMITTED, 1, {"adults": 7}),
            ("update", Status.APPROVED, 2, {"adults": 7}),
            ("update", Status.APPROVED, 3, {"adults": 8}),
            ("update", Status.APPROVED, 4, {"adults": None}),
            ("update", Status.APPROVED, 5, {}),
            ("update", Status.LOCKED, 6, {}),
        ]
        assert set(events.values_list("updated_by", "tenant")) == {
            (cast.admin.pk, cast.province.pk)
        }


def test_history_keeps_each_report_of_a_bulk_step(
    submitted: list[Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        batches.approve_many(reports=submitted, actor=cast.admin)
        for report in submitted[:6]:
            assert report.events.latest("pgh_id").status == Status.APPROVED


def test_history_is_never_rewritten(submitted: list[Report], cast: Cast, enter: Enter) -> None:
    events = submitted[0].events
    with enter(cast.admin):
        for tamper in (lambda: events.update(version=9), events.all().delete):
            with (
                pytest.raises(DatabaseError, match="Cannot update or delete"),
                transaction.atomic(),
            ):
                tamper()
