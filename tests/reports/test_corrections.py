"""Corrections after locking: proposed, and confirmed by a second pair of eyes."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from reports import corrections, rollup
from reports.models import Correction, DirtyTotal, Report, Status
from reports.periods import lock_period, open_period
from tests.cast import Cast, Enter, ReportIn
from tests.reports.second import second_admin
from units.errors import InvalidFigures, NotAllowed, NotPossibleNow, StaleEdit


def propose(report: Report, actor: User, adults: int = 8, **given: object) -> Correction:
    asked = {"version": report.version, "reason": " gõ nhầm ", **given}
    return corrections.propose(report=report, values={"adults": adults}, actor=actor, **asked)


@pytest.fixture
def locked(report_in: ReportIn) -> Report:
    return report_in(Status.LOCKED, values={"adults": 7})


@pytest.fixture
def second(cast: Cast, enter: Enter) -> User:
    return second_admin(cast, enter)


def test_totals_move_on_confirmation_only(
    locked: Report, second: User, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
        correction = propose(locked, cast.admin)
        assert not DirtyTotal.objects.exists()
        assert Report.objects.get(pk=locked.pk).values == {"adults": 7}
    with enter(second):
        report = corrections.confirm(correction=correction, actor=second)
        assert (report.status, report.values) == (Status.LOCKED, {"adults": 8})
        # Whose figures they are, and who looked at them.
        assert report.updated_by == cast.admin
        assert [(step.name, step.by) for step in report.steps.all()][-2:] == [
            ("propose", cast.admin), ("confirm", second),
        ]  # fmt: skip
        rollup.sweep(cast.province.pk)
        assert cast.units["22"].totals.get().values == {"adults": 8}
        correction.refresh_from_db()
        assert (correction.state, correction.decided_by) == ("confirmed", second)


def test_nobody_confirms_their_own(locked: Report, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        correction = propose(locked, cast.admin)
        with pytest.raises(NotAllowed):
            corrections.confirm(correction=correction, actor=cast.admin)
        # Nor could the database hold it.
        with pytest.raises(IntegrityError), transaction.atomic():
            Correction.objects.update(state="confirmed", decided_by=cast.admin)
        # But takes it back.
        corrections.reject(correction=correction, reason="nhầm", actor=cast.admin)
        assert Report.objects.get(pk=locked.pk).values == {"adults": 7}
        assert propose(Report.objects.get(pk=locked.pk), cast.admin, 9).state == "waiting"


def test_correction_is_decided_once(locked: Report, second: User, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        correction = propose(locked, cast.admin)
        corrections.confirm(correction=correction, actor=second)
        for decide in (
            lambda: corrections.confirm(correction=correction, actor=second),
            lambda: corrections.reject(correction=correction, reason="x", actor=second),
        ):
            with pytest.raises(NotPossibleNow):
                decide()
        assert Report.objects.get(pk=locked.pk).values == {"adults": 8}


def test_one_correction_waits_at_a_time(locked: Report, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        propose(locked, cast.admin)
        with pytest.raises(NotPossibleNow):
            propose(Report.objects.get(pk=locked.pk), cast.admin, 9)
        assert Correction.objects.count() == 1


def test_proposal_is_refused_that_cannot_stand(locked: Report, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        for wrong, error in [
            ({"adults": -1}, InvalidFigures),
            ({"adults": 7}, NotPossibleNow),
            ({"version": locked.version - 1}, StaleEdit),
            ({"reason": " "}, NotPossibleNow),
        ]:
            with pytest.raises(error):
                propose(locked, cast.admin, **wrong)
        assert not Correction.objects.exists()


def test_month_opened_again_leaves_only_to_reject(
    report_in: ReportIn, second: User, cast: Cast, enter: Enter
) -> None:
    report = report_in(Status.APPROVED, values={"adults": 7})
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        correction = propose(Report.objects.get(pk=report.pk), cast.admin)
        open_period(period=cast.june, actor=cast.admin, reason="bổ sung")
        with pytest.raises(NotPossibleNow):
            corrections.confirm(correction=correction, actor=second)
        corrections.reject(correction=correction, reason="tháng đã mở", actor=second)
        assert Report.objects.get(pk=report.pk).status == Status.APPROVED


def test_figures_that_changed_since_are_not_overwritten(
    locked: Report, second: User, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        correction = propose(locked, cast.admin)
        Report.objects.filter(pk=locked.pk).update(values={"adults": 70})
        with pytest.raises(NotPossibleNow):
            corrections.confirm(correction=correction, actor=second)
        assert Report.objects.get(pk=locked.pk).values == {"adults": 70}


def test_corrections_wait_for_those_who_may_correct(
    locked: Report, second: User, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        propose(locked, cast.admin)
    people = {"second": second, **{who: getattr(cast, who) for who in OTHERS}}
    found = {}
    for who, user in people.items():
        with enter(user):
            found[who] = [each.is_own for each in corrections.waiting_for(user)]
    assert found == {"second": [False], "admin": [True], **{who: [] for who in OTHERS[1:]}}


OTHERS = ["admin", "leader", "officer", "district_officer", "staff", "stranger", "national"]
