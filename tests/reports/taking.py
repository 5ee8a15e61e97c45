"""Taking any step in the way that the portal takes it."""

from typing import Any

from accounts.models import User
from reports import batches, corrections, workflow
from reports.models import Correction, Report
from units import clock


def take(name: str, report: Report, actor: User, **given: Any) -> Report:
    """With a reason, which most steps need and an approval refuses, unless another is given."""
    reason = "vì sao" if name != "approve" else ""
    given = {"version": report.version, "reason": reason} | given
    if name == "correct":
        return workflow.correct(report=report, values={"adults": 5}, actor=actor, **given)
    if name == "propose":
        corrections.propose(report=report, values={"adults": 6}, actor=actor, **given)
        return Report.objects.get(pk=report.pk)
    if name == "confirm":
        return corrections.confirm(correction=waiting(report), actor=actor)
    if name == "reject":
        reason = given["reason"]
        return corrections.reject(correction=waiting(report), reason=reason, actor=actor)
    if name in ("lock", "unlock"):
        move = batches.lock_reports if name == "lock" else batches.unlock_reports
        move(period=report.period, actor=actor)
        return Report.objects.get(pk=report.pk)
    return workflow.apply(report, name, actor=actor, **given)


def waiting(report: Report) -> Correction:
    """The correction that waits; one of somebody of the staff, where there is none."""
    if found := report.corrections.filter(state=Correction.State.WAITING).first():
        return found
    return Correction.objects.create(
        tenant_id=report.tenant_id,
        report=report,
        old_values=report.values,
        values={"adults": 5},
        reason="vì sao",
        proposed_at=clock.now(),
        proposed_by=User.objects.get(username="qn.staff"),
    )
