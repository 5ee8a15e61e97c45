"""Corrections of reports that were ever locked: proposed with a reason, and confirmed by somebody
else.

What was locked has been sent on. Its figures, and the totals above them, move when a second person
who may correct has looked at the change, and not before, also while the month is open again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.known_passwords import KnownPasswords
from accounts.models import User
from reports import figures, four_eyes
from reports.catalogue import of_form
from reports.figures import Values
from reports.models import Correction, Report
from reports.recording import record
from reports.steps import STEPS, demand_reason
from reports.trace import Change, changes_between
from reports.workflow import may_take, refuse_step, was_locked
from units import clock
from units.errors import NotAllowed, NotPossibleNow


@transaction.atomic
def propose(
    *, report: Report, values: Values, version: int, reason: str, actor: User
) -> Correction:
    """Ask somebody else to confirm other figures of a report that was ever locked.

    Raises NotAllowed, NotPossibleNow where the report was never locked, the reason is missing,
    nothing would change or another correction of it waits, InvalidFigures, and StaleEdit.
    """
    step = STEPS["propose"]
    if not may_take(report, step, actor):
        raise NotAllowed(_("You may not take this step."))
    demand_reason(step, reason, is_needed=True)
    figures.demand_valid(values, of_form(report.form))
    held = Report.objects.select_for_update(of=("self",)).select_related("period", "unit")
    fresh = held.get(pk=report.pk)
    if fresh.status not in step.before or fresh.version != version:
        refuse_step(fresh, step)
    if not was_locked(fresh):
        raise NotPossibleNow(_("This report was never locked: correct it at once."))
    if fresh.values == values:
        raise NotPossibleNow(_("These are the figures that stand already."))
    try:
        with transaction.atomic():
            correction = Correction.objects.create(
                tenant_id=fresh.tenant_id,
                report=fresh,
                old_values=fresh.values,
                values=values,
                reason=reason.strip(),
                proposed_at=clock.now(),
                proposed_by=actor,
            )
    except IntegrityError:
        raise NotPossibleNow(
            _("Another correction of this report is waiting to be confirmed.")
        ) from None
    _bump(fresh)
    record([fresh], step, actor, reason=reason)
    return correction


@transaction.atomic
def confirm(*, correction: Correction, actor: User) -> Report:
    """Let the proposed figures count, and with them the totals above.

    Raises NotAllowed for whoever may not correct there, or may be the person who proposed them,
    and NotPossibleNow where it is decided already, or the report is not what it was.
    """
    step = STEPS["confirm"]
    report = _held(correction, "confirm", actor)
    if why_not := _why_not(correction, actor, _known_passwords([correction])):
        raise NotAllowed(why_not)
    if report.status not in step.before:
        refuse_step(report, step)
    if report.values != correction.old_values:
        raise NotPossibleNow(
            _("The figures have changed since this was proposed. Reject it, and propose it anew.")
        )
    _decide(correction, Correction.State.CONFIRMED, actor)
    # The figures are those of whoever proposed them; the step says who confirmed.
    _bump(report, values=correction.values, updated_by=correction.proposed_by)
    record([report], step, actor)
    return report


@transaction.atomic
def reject(*, correction: Correction, reason: str, actor: User) -> Report:
    """Leave the figures as they are. Whoever proposed a correction takes it back in the same way.

    Raises NotAllowed, and NotPossibleNow without a reason or where it is decided already.
    """
    step = STEPS["reject"]
    report = _held(correction, "reject", actor)
    demand_reason(step, reason, is_needed=True)
    _decide(correction, Correction.State.REJECTED, actor)
    _bump(report)
    record([report], step, actor, reason=reason)
    return report


@dataclass(frozen=True)
class Waiting:
    """A correction that waits, as somebody sees it who may correct there."""

    correction: Correction
    changes: list[Change]
    is_own: bool
    # Why somebody else has to confirm it; "" where this person can.
    why_not: str


def waiting_for(user: User, *, report: Report | None = None) -> list[Waiting]:
    """The corrections that this person may decide about or take back, the oldest first."""
    reached = Report.objects.visible_to(user).with_right(user, STEPS["confirm"].right)
    rows = Correction.objects.filter(state=Correction.State.WAITING, report__in=reached)
    if report:
        rows = rows.filter(report=report)
    found = list(
        rows.select_related("report__form", "report__period", "report__team", "proposed_by")
    )
    known = _known_passwords(found)
    return [
        Waiting(
            each,
            changes_between(of_form(each.report.form).indicators, each.old_values, each.values),
            is_own=each.proposed_by_id == user.pk,
            why_not=_why_not(each, user, known),
        )
        for each in found
    ]


def _known_passwords(corrections: Sequence[Correction]) -> KnownPasswords | None:
    """As far back as one of them asks; None where there is none."""
    if not corrections:
        return None
    moments = (each.proposed_at for each in corrections)
    return four_eyes.known_passwords(corrections[0].tenant_id, moments)


def _why_not(correction: Correction, actor: User, known: KnownPasswords | None) -> str:
    if correction.proposed_by_id == actor.pk:
        return _("You proposed it: somebody else who may correct has to confirm it.")
    deed = (correction.proposed_by, correction.proposed_at)
    return four_eyes.why_one_person(deed, actor, known) if known else ""


def _held(correction: Correction, name: str, actor: User) -> Report:
    """The report of a correction, which nobody else changes until the transaction ends."""
    report = (
        Report.objects.select_for_update(of=("self",))
        .select_related("period", "unit", "form", "team")
        .get(pk=correction.report_id)
    )
    if not may_take(report, STEPS[name], actor):
        raise NotAllowed(_("You may not take this step."))
    return report


def _decide(correction: Correction, state: Correction.State, actor: User) -> None:
    decided = Correction.objects.filter(pk=correction.pk, state=Correction.State.WAITING).update(
        state=state, decided_at=clock.now(), decided_by=actor
    )
    if not decided:
        raise NotPossibleNow(_("Somebody has decided about this correction already."))


def _bump(report: Report, **changes: object) -> None:
    """Each entry of the history is a version of its own."""
    if changes:
        changes["updated_at"] = clock.now()
    Report.objects.filter(pk=report.pk).update(version=F("version") + 1, **changes)
    report.refresh_from_db()
