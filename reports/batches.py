"""Many reports at once: imports, a reviewer's list, and months that are locked and opened.

Each report takes the step that it could take by itself; those that cannot are left as they are.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from reports import filling, four_eyes, judging, periods
from reports.catalogue import of_period
from reports.figures import Values
from reports.models import Period, Report, ReportStep, Status
from reports.periods import demand_open
from reports.querysets import ReportQuerySet
from reports.recording import record
from reports.remarks import without_answers
from reports.steps import STEPS, Step, demand_month, demand_reason
from reports.workflow import (
    Draft,
    apply,
    compose,
    demand_complete,
    demand_own_month,
    refuse_step,
)
from teams.models import Team
from units import bulk, clock
from units.errors import DomainError, NotAllowed, NotPossibleNow

CHANGED = {"id": "bigint", "version": "integer", "figures": "jsonb"}
# Whoever saves or submits one of them meanwhile makes another version of it.
UPDATE_REPORTS = """
update reports_report report
set values = changed.figures, version = report.version + 1, updated_at = %s, updated_by_id = %s
from changed where report.id = changed.id and report.version = changed.version
"""


@transaction.atomic
def save_drafts(
    *, period: Period, drafts: Sequence[tuple[Team, Report | None, Values]], actor: User
) -> None:
    """Store figures of many teams that were held against the rules: each with the report as it was
    read, which is not handed in, or None where a first one begins.

    Raises NotPossibleNow where the month is closed, and where somebody else was faster with one of
    the reports: then nothing is stored.
    """
    demand_open(period, *(team for team, _report, _values in drafts))
    teams = filling.held([team for team, _report, _values in drafts], period)
    form, now = of_period(period).form, clock.now()
    new = [
        compose(teams[team.pk], form, period, Draft(values), actor, now)
        for team, report, values in drafts
        if report is None
    ]
    changed = [
        (report.pk, report.version, json.dumps(values)) for _, report, values in drafts if report
    ]
    outrun = NotPossibleNow(
        _("Somebody entered figures of these teams at the same moment: import once more.")
    )
    try:
        with transaction.atomic():
            Report.objects.bulk_create(new, batch_size=2000)
    except IntegrityError as error:
        raise outrun from error
    if bulk.run(UPDATE_REPORTS, "changed", CHANGED, changed, now, actor.pk) != len(changed):
        raise outrun


@transaction.atomic
def submit_many(
    *,
    period: Period,
    documents: Sequence[tuple[Team, Draft]],
    actor: User,
    at: datetime | None = None,
) -> list[Report]:
    """Submit first reports of many teams, each checked like one typed by hand.

    `at` dates the submissions; now, if None. Raises NotPossibleNow where the month is closed or has
    not begun, NotAllowed where one of the teams is not the actor's to fill in, and InvalidFigures
    at the first report that fails.
    """
    moment = at or clock.now()
    demand_month(STEPS["submit"], period, *(team for team, _ in documents), at=moment)
    teams = filling.held([team for team, _draft in documents], period)
    catalogue = of_period(period)
    editable = set(Team.objects.editable_by(actor).values_list("pk", flat=True))
    if not {team.pk for team, _draft in documents} <= editable:
        raise NotAllowed(_("You do not enter the figures of this team."))
    known = judging.yardsticks([team.pk for team, _draft in documents], period)
    reports = []
    for team, draft in documents:
        demand_own_month(team, period)
        explained = demand_complete(draft, catalogue, known[team.pk])
        fitting = replace(draft, explanations=explained)
        reports.append(compose(teams[team.pk], catalogue.form, period, fitting, actor, moment))
    for report in reports:
        report.status, report.submitted_at = Status.SUBMITTED, moment
    Report.objects.bulk_create(reports, batch_size=2000)
    record(reports, STEPS["submit"], actor, at=moment)
    return reports


def submit_drafts(
    *, seen: Mapping[Team, int], key: UUID, period: Period, actor: User
) -> tuple[int, list[tuple[Team, DomainError]]]:
    """Submit what stands in the drafts of these teams, each as of the version that was `seen`: how
    many were, and why each other was not. The same `key` again finds them submitted.

    What was changed or submitted by somebody else meanwhile is named as such.
    """
    reports = {
        report.team_id: report
        for report in Report.objects.visible_to(actor)
        .filter(period=period, team__in=list(seen))
        .select_related("period", "unit", "form", "updated_by")
    }
    refused: list[tuple[Team, DomainError]] = []
    for team, version in seen.items():
        try:
            if team.pk not in reports:
                raise NotPossibleNow(_("The report is empty: enter at least one figure, or 0."))
            with transaction.atomic():
                apply(reports[team.pk], "submit", actor=actor, version=version, key=key)
        except DomainError as refusal:
            refused.append((team, refusal))
    return len(seen) - len(refused), refused


@dataclass(frozen=True)
class Reviewed:
    """What became of a reviewer's list: what is approved and returned by now, what was left
    waiting, and why each of the others was not moved."""

    approved: list[Report] = field(default_factory=list)
    returned: list[Report] = field(default_factory=list)
    waiting: list[Report] = field(default_factory=list)
    refused: list[tuple[Report, str]] = field(default_factory=list)


@transaction.atomic
def review_many(
    *,
    period: Period,
    seen: Mapping[int, int],
    chosen: Collection[int],
    reasons: Mapping[int, str],
    key: UUID,
    actor: User,
    at: datetime | None = None,
) -> Reviewed:
    """Approve the `chosen` of the reports that a reviewer looked at, and return each of the others
    that has a reason; without one it stays waiting. All go by the report's id.

    Each is taken as of the version that was `seen`: what was changed meanwhile, is closed or not
    the actor's to review is refused by itself and holds up nothing else. The same `key` again finds
    the steps taken. What the actor does not see is left out. As many statements for one report as
    for a thousand, whatever the reasons.
    """
    listed = Report.objects.visible_to(actor).filter(period=period, pk__in=list(seen))
    wishes = {pk: (STEPS["return"], said) for pk, text in reasons.items() if (said := text.strip())}
    # Whatever is chosen: a reason for it is refused.
    wishes |= {pk: (STEPS["approve"], reasons.get(pk, "")) for pk in chosen}
    rows, done, refused = _take_each(listed, wishes, seen=seen, key=key, actor=actor, at=at)
    return Reviewed(
        approved=done["approve"],
        returned=done["return"],
        waiting=[row for row in rows if row.pk not in wishes],
        refused=refused,
    )


@dataclass(frozen=True)
class Undone:
    """Which approvals were undone, and why each of the others was not."""

    undone: list[Report]
    refused: list[tuple[Report, str]]


@transaction.atomic
def undo_approvals(
    *, approved_with: UUID, reason: str, key: UUID, actor: User, at: datetime | None = None
) -> Undone:
    """Have what the actor approved in one go, with the key `approved_with`, wait for a review
    again. Only where nothing happened to a report since; each other is named with why it was not.

    The `reason` stays in the history of each. The same `key` again finds the approvals undone.
    Raises NotPossibleNow without a reason.
    """
    step = STEPS["revoke"]
    demand_reason(step, reason, is_needed=step.needs_reason)
    steps = ReportStep.objects.visible_to(actor).filter(
        key=approved_with, by=actor, name="approve", report__team__isnull=False
    )
    seen = dict(steps.values_list("report", "version"))
    listed = Report.objects.visible_to(actor).filter(pk__in=seen)
    wishes = dict.fromkeys(seen, (step, reason))
    _rows, done, refused = _take_each(listed, wishes, seen=seen, key=key, actor=actor, at=at)
    return Undone(done[step.name], refused)


def _take_each(
    listed: ReportQuerySet,
    wishes: Mapping[int, tuple[Step, str]],
    *,
    seen: Mapping[int, int],
    key: UUID,
    actor: User,
    at: datetime | None,
) -> tuple[list[Report], dict[str, list[Report]], list[tuple[Report, str]]]:
    """Take the step that is wished for each of the reports, with its reason, as of the version that
    was `seen`: all of the reports; by step, those with which it is taken by now; and why each other
    was refused it."""
    rows = list(
        listed.with_was_locked()
        .select_for_update(of=("self",))
        .select_related("team", "unit", "period", "updated_by")
        .order_by("pk")
    )
    reviewable = set(listed.with_right(actor, Right.REVIEW).values_list("pk", flat=True))
    writable = set(listed.writable_now().values_list("pk", flat=True))
    steps = ReportStep.objects.filter(report__in=rows, key=key)
    taken = dict(steps.values_list("report", "name"))
    asked = [row for row in rows if row.pk in wishes and wishes[row.pk][0].needs_other]
    others = four_eyes.why_not_approve(asked, actor)
    done: dict[str, list[Report]] = defaultdict(list)
    moves: dict[str, list[Report]] = defaultdict(list)
    refused = []
    for row in rows:
        if row.pk not in wishes:
            continue
        step, reason = wishes[row.pk]
        try:
            if row.pk in taken:
                _demand_taken(row, step, taken[row.pk])
            else:
                if row.pk not in reviewable:
                    raise NotAllowed(_("You may not take this step."))
                _demand_waiting(row, step, reason, seen[row.pk], is_open=row.pk in writable)
                _demand_other(row, others)
                moves[step.name].append(row)
        except DomainError as refusal:
            refused.append((row, refusal.message))
        else:
            done[step.name].append(row)
    for name, moved in moves.items():
        said = {row.pk: wishes[row.pk][1] for row in moved}
        _move(STEPS[name], moved, actor, reason=said, key=key, at=at or clock.now())
    return rows, done, refused


def _demand_taken(report: Report, step: Step, name: str) -> None:
    """The buttons of a page share its key: going back to press another one is no second click."""
    if (name, report.status) != (step.name, step.to):
        refuse_step(report, step)


def _demand_waiting(report: Report, step: Step, reason: str, seen: int, *, is_open: bool) -> None:
    if not is_open:
        raise NotPossibleNow(periods.why_closed(report.period))
    demand_reason(step, reason, is_needed=step.needs_reason)
    if report.status not in step.before or report.version != seen:
        refuse_step(report, step)


def _demand_other(report: Report, others: Mapping[int, str]) -> None:
    if report.pk in others:
        raise NotAllowed(others[report.pk])


def approve_many(*, reports: Iterable[Report], actor: User, at: datetime | None = None) -> int:
    """Approve whatever of `reports` is still submitted, and not for somebody else to approve;
    returns how many were."""
    return _move_many(STEPS["approve"], reports, actor, at=at)


def return_many(
    *,
    reports: Iterable[Report],
    reason: str,
    actor: User,
    remarks: dict[str, str] | None = None,
    at: datetime | None = None,
) -> int:
    """Return whatever of `reports` is still submitted, all for the same reasons."""
    return _move_many(STEPS["return"], reports, actor, reason=reason, remarks=remarks, at=at)


def lock_reports(
    *,
    period: Period,
    actor: User | None,
    only: Iterable[Report] | None = None,
    at: datetime | None = None,
) -> int:
    """Lock the approved reports of a month that is being locked, or `only` some of them."""
    return _move_month(STEPS["lock"], period, actor, at, only)


def unlock_reports(*, period: Period, actor: User | None, at: datetime | None = None) -> int:
    """Make locked reports of a month that is opened again what they were: approved."""
    return _move_month(STEPS["unlock"], period, actor, at)


def _move_month(
    step: Step,
    period: Period,
    actor: User | None,
    at: datetime | None,
    only: Iterable[Report] | None = None,
) -> int:
    every = Report.objects.filter(period=period).only("status")
    return _move_many(step, every if only is None else only, actor, at=at)


@transaction.atomic
def _move_many(
    step: Step,
    reports: Iterable[Report],
    actor: User | None,
    *,
    reason: str = "",
    remarks: dict[str, str] | None = None,
    at: datetime | None = None,
) -> int:
    """`actor` None is the schedule, which asks for no right."""
    demand_reason(step, reason, is_needed=step.needs_reason)
    wanted = [report.pk for report in reports if report.status in step.before]
    possible = Report.objects.filter(pk__in=wanted, status__in=step.before)
    if step.needs_open_period:
        possible = possible.writable_now()
    if actor:
        possible = possible.with_right(actor, step.right)
    needed = ["tenant"]
    if step.needs_other:
        possible, needed = possible.with_was_locked(), ["tenant", "updated_at", "updated_by"]
    rows = list(possible.select_for_update(of=("self",)).only(*needed).order_by("pk"))
    if step.needs_other and actor:
        others = four_eyes.why_not_approve(rows, actor)
        rows = [row for row in rows if row.pk not in others]
    _move(step, rows, actor, reason=reason, remarks=remarks, at=at)
    return len(rows)


def _move(
    step: Step,
    rows: Sequence[Report],
    actor: User | None,
    *,
    reason: str | Mapping[int, str] = "",
    remarks: dict[str, str] | None = None,
    key: UUID | None = None,
    at: datetime | None = None,
) -> None:
    """Take the step with rows that are locked and allow it."""
    changes: dict[str, Any] = {"status": step.to, "version": F("version") + 1}
    if step.to == Status.RETURNED:
        changes["explanations"] = without_answers()
    Report.objects.filter(pk__in=[row.pk for row in rows]).update(**changes)
    record(rows, step, actor, key=key, reason=reason, remarks=remarks, at=at)
