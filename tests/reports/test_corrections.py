"""Corrections after locking: proposed, and confirmed by a second pair of eyes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from accounts.enrolment import open_account, renew_password
from accounts.models import User
from accounts.roles import Role
from reports import corrections, rollup, workflow
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


def test_month_opened_again_still_asks_for_a_second_person(
    report_in: ReportIn, second: User, cast: Cast, enter: Enter
) -> None:
    report = report_in(Status.APPROVED, values={"adults": 7})
    with enter(cast.admin):
        with pytest.raises(NotPossibleNow):
            propose(report, cast.admin)  # Never locked.
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        open_period(period=cast.june, actor=cast.admin, reason="bổ sung")
        report = Report.objects.get(pk=report.pk)
        with pytest.raises(NotPossibleNow, match="đã từng bị khóa"):
            workflow.correct(
                report=report, values={"adults": 8}, version=report.version, reason="x",
                actor=cast.admin,
            )  # fmt: skip
        correction = propose(report, cast.admin)
        corrections.confirm(correction=correction, actor=second)
        report = Report.objects.get(pk=report.pk)
        assert (report.status, report.values) == (Status.APPROVED, {"adults": 8})


def test_report_reopened_since_leaves_only_to_reject(
    locked: Report, second: User, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        correction = propose(locked, cast.admin)
        open_again = Report.objects.filter(pk=locked.pk)
        open_again.update(status=Status.RETURNED)
        with pytest.raises(NotPossibleNow):
            corrections.confirm(correction=correction, actor=second)
        corrections.reject(correction=correction, reason="tháng đã mở", actor=second)
        assert open_again.get().status == Status.RETURNED


def opened(cast: Cast, name: str, *, by: User, on: date) -> User:
    with override_settings(BUSINESS_DATE=on):
        user, _password = open_account(
            username=name, full_name=name, role=Role.PROVINCE_ADMIN, unit=cast.units["22"], actor=by
        )
    return user


def test_nobody_confirms_by_an_account_that_they_can_sign_in_with(
    locked: Report, second: User, cast: Cast, enter: Enter
) -> None:
    admin = cast.admin
    with enter(admin):
        new = opened(cast, "qn.new", by=admin, on=date(2024, 5, 20))
        third = opened(cast, "qn.third", by=admin, on=date(2024, 4, 1))
        # By an account which is theirs in turn.
        renew_password(user=third, actor=new)
        correction = propose(locked, admin)
        for other in (new, third):
            (told,) = corrections.waiting_for(other)
            assert told.why_not.startswith(
                "Từ ngày 11/05/2024, một trong hai người là bạn và qn.admin"
            )
            with pytest.raises(NotAllowed, match="Từ ngày 11/05/2024"):
                corrections.confirm(correction=correction, actor=other)
        assert [each.why_not for each in corrections.waiting_for(second)] == [""]
        # Twice: the account had a password to be changed before, too.
        with override_settings(BUSINESS_DATE=date(2024, 4, 2)):
            renew_password(user=second, actor=admin)
        assert [each.why_not for each in corrections.waiting_for(second)] == [""]
        renew_password(user=second, actor=admin)
        with pytest.raises(NotAllowed):
            corrections.confirm(correction=correction, actor=second)


def test_nobody_proposes_by_an_account_that_they_can_sign_in_with(
    locked: Report, second: User, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        renew_password(user=second, actor=cast.admin)
    with enter(second):
        correction = propose(locked, second)
    with enter(cast.admin), pytest.raises(NotAllowed):
        corrections.confirm(correction=correction, actor=cast.admin)


def test_administrators_who_helped_the_same_person_confirm_each_other(
    locked: Report, second: User, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        for actor in (cast.admin, second):
            renew_password(user=cast.officer, actor=actor)
        correction = propose(locked, cast.admin)
        report = corrections.confirm(correction=correction, actor=second)
        assert report.values == {"adults": 8}


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
