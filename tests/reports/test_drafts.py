"""Saving a draft, and submitting what was just typed."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from reports import workflow
from reports.catalogue import Catalogue
from reports.models import DirtyTotal, Period, Report, ReportStep, Status
from reports.periods import DECREE_09, lay_out, lock_period
from reports.workflow import Draft
from tests.cast import AtOnce, Cast, Enter, ReportIn
from units.errors import DomainError, InvalidFigures, NotAllowed, NotPossibleNow, StaleEdit

FIRST = {"adults": 1038, "households": 0, "residents": None}
SECOND = {"adults": 1040}
KEY = UUID("5f0a1a0e-2f0b-4f8e-9d5e-0a1b2c3d4e5f")


class Desk:
    """Where one person fills in the June report of one team."""

    def __init__(self, cast: Cast, forms: Catalogue, enter: Enter, who: str, team: str):
        self.actor, self.enter = getattr(cast, who), enter
        self.given = {
            "team": cast.teams[team], "period": cast.june, "actor": self.actor,
        }  # fmt: skip

    def save(self, values: Any, version: int, **given: Any) -> Report:
        with self.enter(self.actor):
            return workflow.save_draft(draft=Draft(values), version=version, **self.given | given)

    def submit(self, values: Any, version: int, key: UUID, **given: Any) -> Report:
        with self.enter(self.actor):
            return workflow.submit_draft(
                draft=Draft(values), version=version, key=key, **self.given | given
            )


@pytest.fixture
def leader(cast: Cast, forms: Catalogue, enter: Enter) -> Desk:
    return Desk(cast, forms, enter, "leader", "hg-1a")


@pytest.fixture
def officer(cast: Cast, forms: Catalogue, enter: Enter) -> Desk:
    return Desk(cast, forms, enter, "officer", "hg-1a")


@pytest.fixture
def stored(cast: Cast, enter: Enter):
    """Everything that is stored of reports in both provinces."""

    def look() -> list[dict[str, Any]]:
        with enter(cast.national):
            return [*Report.objects.order_by("pk").values(), *ReportStep.objects.values()]

    return look


# -- Saving -------------------------------------------------------------------------------------


def test_save_draft_makes_the_report(
    leader: Desk, cast: Cast, forms: Catalogue, enter: Enter
) -> None:
    report = leader.save(FIRST, 0)
    with enter(cast.leader):
        stored = Report.objects.get()
        assert stored == report
        assert stored.values == FIRST
        assert (stored.status, stored.version) == (Status.DRAFT, 1)
        assert (stored.tenant, stored.period, stored.form) == (
            cast.province, cast.june, forms.form,
        )  # fmt: skip
        assert (stored.team, stored.unit) == (cast.teams["hg-1a"], cast.units["hg-1"])
        assert (stored.updated_by, stored.submitted_at) == (cast.leader, None)
        # A draft counts nowhere, so no total changes.
        assert not DirtyTotal.objects.exists()
        assert not stored.steps.exists()


def test_save_draft_replaces_what_stood_there(leader: Desk, officer: Desk) -> None:
    leader.save(FIRST, 0)
    report = officer.save(SECOND, 1)
    assert (report.values, report.version) == (SECOND, 2)
    assert report.updated_by_id == officer.actor.pk


def test_save_draft_keeps_the_words(
    leader: Desk, cast: Cast, forms: Catalogue, enter: Enter
) -> None:
    with enter(cast.leader):
        report = workflow.save_draft(
            draft=Draft({}, "Sóng yếu ở khu phố 3", "Thêm máy tính bảng"), version=0, **leader.given
        )
    assert (report.values, report.difficulties, report.proposals) == (
        {}, "Sóng yếu ở khu phố 3", "Thêm máy tính bảng",
    )  # fmt: skip


@pytest.mark.parametrize("version", [0, 1, 3])
def test_save_draft_shows_theirs_where_somebody_else_was_first(
    version: int, leader: Desk, officer: Desk, stored
) -> None:
    leader.save(FIRST, 0)
    officer.save(SECOND, 1)
    before = stored()
    with pytest.raises(StaleEdit) as refusal:
        leader.save({"adults": 999}, version)
    assert refusal.value.theirs == SECOND
    assert stored() == before


def test_save_draft_mends_a_returned_report(leader: Desk, report_in: ReportIn) -> None:
    report = report_in(Status.RETURNED)
    mended = leader.save(SECOND, report.version)
    assert (mended.values, mended.status) == (SECOND, Status.RETURNED)


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED, Status.LOCKED])
def test_save_draft_leaves_a_report_that_was_sent_in(
    status: Status, leader: Desk, report_in: ReportIn, stored
) -> None:
    report = report_in(status)
    before = stored()
    for version in (0, report.version):
        with pytest.raises(NotPossibleNow) as refusal:
            leader.save(SECOND, version)
        assert not isinstance(refusal.value, StaleEdit)
    assert stored() == before


def refused(desk: Desk, error: type[DomainError], stored, values: Any = FIRST, **given) -> None:
    """Neither way of writing gets through, and nothing is left behind."""
    before = stored()
    for version in (0, 1):
        with pytest.raises(error):
            desk.save(values, version, **given)
        with pytest.raises(error):
            desk.submit(values, version, uuid4(), **given)
    assert stored() == before


@pytest.mark.parametrize(
    "values",
    [{"adults": -1}, {"adults": 1.5}, {"adults": 3, "adults_paying": 4}, {"unknown": 1}],
)
def test_figures_that_cannot_be_leave_nothing(values: Any, leader: Desk, stored) -> None:
    refused(leader, InvalidFigures, stored, values)


@pytest.mark.parametrize(
    ("who", "team"),
    [
        ("leader", "hg-1b"),  # the other team of the leader's hamlet
        ("leader", "hg-2"),
        ("officer", "bd-1"),
        ("neighbour", "hg-1a"),
        ("district_officer", "hg-1a"),
        ("district_officer", "viettel"),
        ("staff", "hg-1a"),
        ("admin", "pl-1"),
        ("stranger", "hg-1a"),
        ("national", "hg-1a"),
    ],
)
def test_team_of_others_is_not_filled_in(
    who: str, team: str, cast: Cast, forms: Catalogue, enter: Enter, stored
) -> None:
    refused(Desk(cast, forms, enter, who, team), NotAllowed, stored)


def test_month_of_another_province_is_not_filled_in(leader: Desk, cast: Cast, stored) -> None:
    before = stored()
    for version in (0, 1):
        with pytest.raises(NotAllowed):
            leader.save(FIRST, version, period=cast.june_elsewhere)
    assert stored() == before


def test_month_that_is_not_open_is_not_filled_in(
    leader: Desk, cast: Cast, enter: Enter, stored
) -> None:
    july = lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09)
    with enter(cast.admin):
        july.save()
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    for period in (july, Period.objects.model(**vars_of(cast.june))):
        refused(leader, NotPossibleNow, stored, period=period)


def vars_of(period: Period) -> dict[str, Any]:
    return {field.attname: getattr(period, field.attname) for field in period._meta.fields}


def test_version_of_a_report_that_is_not_there_is_refused(leader: Desk, stored) -> None:
    with pytest.raises(NotPossibleNow):
        leader.save(FIRST, 7)
    assert stored() == []


# -- Submitting ---------------------------------------------------------------------------------


def test_submit_draft_stores_and_submits(leader: Desk, cast: Cast, enter: Enter) -> None:
    report = leader.submit(FIRST, 0, KEY)
    assert (report.values, report.status, report.version) == (FIRST, Status.SUBMITTED, 2)
    with enter(cast.leader):
        assert report.submitted_at is not None
        assert list(report.steps.values_list("name", "key", "by")) == [
            ("submit", KEY, cast.leader.pk)
        ]


def test_submit_draft_twice_with_one_key_submits_once(
    leader: Desk, officer: Desk, cast: Cast, enter: Enter, stored
) -> None:
    first = leader.submit(FIRST, 0, KEY)
    before = stored()
    for version in (0, 1, 2):
        again = leader.submit(FIRST, version, KEY)
        assert (again, again.values) == (first, FIRST)
        # Other figures are no second click: to call them submitted would be a lie.
        with pytest.raises(NotPossibleNow):
            leader.submit(SECOND, version, KEY)
    assert stored() == before
    # Also when the report has moved on before the request came again.
    with enter(cast.officer):
        workflow.apply(first, "approve", actor=cast.officer, version=first.version)
    assert leader.submit(FIRST, 0, KEY).status == Status.APPROVED


def test_submit_draft_with_the_key_of_a_step_that_was_taken_back_is_refused(
    leader: Desk, cast: Cast, enter: Enter, stored
) -> None:
    """A page that stayed open knows the present version, for it saves field by field."""
    first = leader.submit(FIRST, 0, KEY)
    with enter(cast.leader):
        taken_back = workflow.apply(first, "withdraw", actor=cast.leader, version=first.version)
    before = stored()
    for values in (FIRST, SECOND):
        with pytest.raises(StaleEdit):
            leader.submit(values, taken_back.version, KEY)
    assert stored() == before


def test_submit_draft_of_a_team_that_has_moved_away_from_its_report_is_refused(
    officer: Desk, cast: Cast, forms: Catalogue, enter: Enter, stored
) -> None:
    officer.save(FIRST, 0)
    next_door = Desk(cast, forms, enter, "neighbour", "hg-1a")
    with enter(cast.admin):
        cast.teams["hg-1a"].unit = cast.units["bd-1"]
        cast.teams["hg-1a"].save()
    assert next_door.save(SECOND, 1).values == SECOND
    before = stored()
    with pytest.raises(NotAllowed):
        next_door.submit(SECOND, 2, KEY)
    assert stored() == before


def test_submit_draft_with_another_key_is_refused_the_second_time(leader: Desk, stored) -> None:
    leader.submit(FIRST, 0, KEY)
    before = stored()
    with pytest.raises(NotPossibleNow):
        leader.submit(SECOND, 1, uuid4())
    assert stored() == before


def test_submit_draft_shows_theirs_where_somebody_else_saved(
    leader: Desk, officer: Desk, stored
) -> None:
    leader.save(FIRST, 0)
    officer.save(SECOND, 1)
    before = stored()
    with pytest.raises(StaleEdit) as refusal:
        leader.submit(FIRST, 1, KEY)
    assert refusal.value.theirs == SECOND
    assert stored() == before


def test_submit_draft_of_nothing_leaves_nothing(leader: Desk, stored) -> None:
    with pytest.raises(NotPossibleNow):
        leader.submit({}, 0, KEY)
    assert stored() == []


def test_step_twice_with_one_key_is_taken_once(
    cast: Cast, enter: Enter, report_in: ReportIn, stored
) -> None:
    report = report_in(Status.SUBMITTED)
    with enter(cast.officer):
        first = workflow.apply(
            report, "approve", actor=cast.officer, version=report.version, key=KEY
        )
        before = stored()
        again = workflow.apply(
            report, "approve", actor=cast.officer, version=report.version, key=KEY
        )
    assert (again, again.status, again.version) == (first, Status.APPROVED, first.version)
    assert stored() == before


def test_step_twice_with_one_key_is_taken_once_though_the_month_was_locked_meanwhile(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(Status.DRAFT)
    given = {"actor": cast.admin, "version": report.version, "key": KEY}
    with enter(cast.admin):
        first = workflow.apply(report, "submit", **given)
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        again = workflow.apply(report, "submit", **given)
    assert (again, again.version) == (first, first.version)


# -- At the same moment -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_double_click_submits_once(
    cast: Cast, forms: Catalogue, enter: Enter, at_once: AtOnce
) -> None:
    """Two requests with one key arrive together, for a report that is new and one that is not."""
    for team, version in [("hg-1a", 0), ("hg-1b", 0), ("hg-2", 1)]:
        desk = Desk(cast, forms, enter, "officer", team)
        if version:
            desk.save(SECOND, 0)
        key = uuid4()
        answers = at_once(*[lambda d=desk, k=key, v=version: d.submit(FIRST, v, k)] * 2)
        assert [getattr(answer, "status", answer) for answer in answers] == ["submitted"] * 2
        with enter(cast.officer):
            report = Report.objects.get(team=cast.teams[team])
            assert (report.values, report.version) == (FIRST, version + 2)
            assert report.steps.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_two_wins_when_both_act_at_once(
    cast: Cast, forms: Catalogue, enter: Enter, at_once: AtOnce, report_in: ReportIn
) -> None:
    desk = Desk(cast, forms, enter, "officer", "hg-1a")
    saved = at_once(lambda: desk.save(FIRST, 0), lambda: desk.save(SECOND, 0))
    [loser] = [answer for answer in saved if isinstance(answer, Exception)]
    [winner] = [answer for answer in saved if isinstance(answer, Report)]
    assert isinstance(loser, StaleEdit)
    assert loser.theirs == winner.values

    report = report_in(Status.SUBMITTED, team="hg-2")

    def act(name: str) -> Report:
        with enter(cast.officer):
            return workflow.apply(
                report, name, actor=cast.officer, version=report.version, reason="vì sao"
            )

    answers = at_once(lambda: act("approve"), lambda: act("return"))
    [loser] = [answer for answer in answers if isinstance(answer, Exception)]
    [winner] = [answer for answer in answers if isinstance(answer, Report)]
    assert isinstance(loser, NotPossibleNow)
    with enter(cast.officer):
        assert Report.objects.get(pk=report.pk).status == winner.status
        assert report.steps.count() == 2


def test_step_is_refused_when_the_month_was_locked_after_the_page_was_opened(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(Status.SUBMITTED)
    report.period = Period.objects.model(**vars_of(cast.june))
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    assert report.period.is_open
    with enter(cast.officer), pytest.raises(NotPossibleNow, match="đã báo cáo Bộ"):
        workflow.apply(report, "approve", actor=cast.officer, version=report.version)
