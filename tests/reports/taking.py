"""Taking any step in the way that the portal takes it."""

from typing import Any

from accounts.models import User
from reports import batches, workflow
from reports.models import Report


def take(name: str, report: Report, actor: User, **given: Any) -> Report:
    """With a reason, which most steps need and an approval refuses, unless another is given."""
    reason = "vì sao" if name != "approve" else ""
    given = {"version": report.version, "reason": reason} | given
    if name == "correct":
        return workflow.correct(report=report, values={"adults": 5}, actor=actor, **given)
    if name in ("lock", "unlock"):
        move = batches.lock_reports if name == "lock" else batches.unlock_reports
        move(period=report.period, actor=actor)
        return Report.objects.get(pk=report.pk)
    return workflow.apply(report, name, actor=actor, **given)
