"""What waits on the demo's day: a correction to be confirmed, more time given, a colleague who will
stand in."""

from datetime import date

from accounts import delegation
from accounts.models import User
from cnscd_portal.demo import texts
from cnscd_portal.demo.months import LAST_LOCKED, MONTHS
from cnscd_portal.demo.provinces import BACH_DANG
from reports import corrections, extensions
from reports.models import Period, Report, Status
from units.models import Unit

CORRECTED_TEAM = "Tổ CNSCĐ Khu 4, phường Hồng Gai"


def leave() -> None:
    """In the province that is entered, once its months are played."""
    admin, second, officer = (
        User.objects.get(username=name) for name in ("qn.admin", "qn.admin-2", "qn.bach-dang")
    )
    _propose(second)
    _give_time(admin)
    _hand_over(officer)


def _propose(actor: User) -> None:
    year, month = LAST_LOCKED
    report = Report.objects.filter(
        period__year=year, period__month=month, team__name=CORRECTED_TEAM, status=Status.LOCKED
    ).first()
    if report is None:
        return
    values = report.values | {"training_sessions": (report.values["training_sessions"] or 0) + 1}
    corrections.propose(
        report=report,
        values=values,
        version=report.version,
        reason=texts.CORRECTION_REASON,
        actor=actor,
    )


def _give_time(actor: User) -> None:
    year, month = MONTHS[-1]
    if period := Period.objects.filter(year=year, month=month).first():
        extensions.extend(
            period=period,
            unit=Unit.objects.get(code=BACH_DANG),
            until=date(2024, 6, 17),
            reason=texts.MORE_TIME_REASON,
            actor=actor,
        )


def _hand_over(actor: User) -> None:
    delegation.hand_over(
        grant=delegation.to_hand_over(actor)[0],
        username="qn.ha-long",
        since=date(2024, 6, 17),
        until=date(2024, 6, 21),
        reason=texts.LEAVE_REASON,
        actor=actor,
    )
