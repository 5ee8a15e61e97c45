"""The table of the workflow: each step, from where to where it leads, by whom, and what it asks."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Right
from reports.models import Period, Report, Status
from reports.periods import demand_begun, demand_open
from teams.models import Team
from units.errors import NotPossibleNow


@dataclass(frozen=True)
class Step:
    """One row of the workflow. `to` None keeps the status: the figures change, not the stage."""

    name: str
    label: Promise
    said: Promise
    before: tuple[Status, ...]
    to: Status | None
    right: Right
    needs_reason: bool = False
    # Whoever undoes what somebody else did says why.
    needs_reason_of_others: bool = False
    # What a reviewer wrote for the return must neither be lost with an approval nor stand in it.
    takes_reason: bool = True
    needs_complete: bool = False
    needs_open_period: bool = True
    # A month may be opened early, so that drafts can be written before it begins.
    needs_begun_period: bool = False
    # Locking moves no figure, and reports are locked by thousands.
    moves_totals: bool = True
    by_hand: bool = True
    # Of what was ever locked: by nobody whose own work it is, see `reports.four_eyes`.
    needs_other: bool = False


STEPS = {
    step.name: step
    for step in [
        Step("approve", gettext_lazy("Approve"), gettext_lazy("approved"),
             (Status.SUBMITTED,), Status.APPROVED, Right.REVIEW,
             takes_reason=False, needs_other=True),
        Step("return", gettext_lazy("Return"), gettext_lazy("returned"),
             (Status.SUBMITTED,), Status.RETURNED, Right.REVIEW, needs_reason=True),
        Step("submit", gettext_lazy("Submit"), gettext_lazy("submitted"),
             (Status.DRAFT, Status.RETURNED), Status.SUBMITTED, Right.FILL,
             needs_complete=True, needs_begun_period=True),
        Step("withdraw", gettext_lazy("Take back"), gettext_lazy("taken back"),
             (Status.SUBMITTED,), Status.DRAFT, Right.FILL, needs_reason_of_others=True),
        Step("reopen", gettext_lazy("Reopen"), gettext_lazy("reopened"),
             (Status.APPROVED,), Status.RETURNED, Right.REVIEW, needs_reason=True),
        # Undoes an approval: back to the queue, and nobody has anything to mend.
        Step("revoke", gettext_lazy("Undo the approval"), gettext_lazy("approval undone"),
             (Status.APPROVED,), Status.SUBMITTED, Right.REVIEW, needs_reason=True, by_hand=False),
        Step("correct", gettext_lazy("Correct"), gettext_lazy("corrected"),
             (Status.APPROVED,), None, Right.CORRECT, needs_reason=True, by_hand=False),
        # What was ever locked has been sent on: a second person looks before it changes, also
        # after the month was opened again.
        Step("propose", gettext_lazy("Propose a correction"), gettext_lazy("correction proposed"),
             (Status.LOCKED, Status.APPROVED), None, Right.CORRECT,
             needs_reason=True, needs_open_period=False, moves_totals=False, by_hand=False),
        Step("confirm", gettext_lazy("Confirm"), gettext_lazy("correction confirmed"),
             (Status.LOCKED, Status.APPROVED), None, Right.CORRECT,
             needs_open_period=False, by_hand=False),
        # Also after the report was reopened, which leaves nothing else to do with it.
        Step("reject", gettext_lazy("Reject"), gettext_lazy("correction rejected"),
             tuple(Status), None, Right.CORRECT,
             needs_reason=True, needs_open_period=False, moves_totals=False, by_hand=False),
        Step("lock", gettext_lazy("Lock"), gettext_lazy("locked"),
             (Status.APPROVED,), Status.LOCKED, Right.PERIODS,
             needs_open_period=False, moves_totals=False, by_hand=False),
        Step("unlock", gettext_lazy("Unlock"), gettext_lazy("unlocked"),
             (Status.LOCKED,), Status.APPROVED, Right.PERIODS,
             needs_open_period=False, moves_totals=False, by_hand=False),
    ]
}  # fmt: skip


def demand_month(step: Step, period: Period, *teams: Team | None, at: datetime) -> None:
    """Raises NotPossibleNow where the month is closed to the step, or has not begun by then.

    `teams` are those whose reports take it: they may have more time, see `reports.extensions`.
    """
    if step.needs_open_period:
        demand_open(period, *teams)
    demand_time(step, period, at=at)


def demand_time(step: Step, period: Period, *, at: datetime) -> None:
    """Raises NotPossibleNow where the month has not begun by then, and the step waits for it."""
    if step.needs_begun_period:
        demand_begun(period, on=localdate(at))


def needs_reason(step: Step, report: Report, user: User) -> bool:
    """Whether the user has to say why; the author is who saved the figures last."""
    is_author = report.updated_by_id == user.pk
    return step.needs_reason or (step.needs_reason_of_others and not is_author)


def demand_reason(step: Step, reason: str, *, is_needed: bool) -> None:
    """Raises NotPossibleNow where a reason is needed and missing, or there and has no place."""
    if is_needed and not reason.strip():
        raise NotPossibleNow(_("Give the reason: the person concerned will read it."))
    if reason.strip() and not step.takes_reason:
        raise NotPossibleNow(_("You wrote a reason: return the report, or clear it."))
