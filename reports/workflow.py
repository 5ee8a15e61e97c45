"""The life of a report: every change of status, and every change of a figure, is made here."""

from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from reports import checks, figures, filling, four_eyes, judging
from reports.catalogue import Catalogue, of_form, of_period
from reports.checks import Explanations, Yardstick
from reports.figures import Values
from reports.models import Form, Period, Report, ReportStep, Status
from reports.periods import demand_writable, is_writable, why_closed
from reports.recording import record
from reports.remarks import demand_remarks, without_answers
from reports.steps import STEPS, Step, demand_month, demand_reason, demand_time, needs_reason
from teams.models import Team
from units import clock
from units.errors import NotAllowed, NotPossibleNow, StaleEdit


def may_take(report: Report, step: Step, user: User) -> bool:
    """Whether `user` holds the right that the step asks for, whatever the report's state."""
    if step.right == Right.FILL:
        return Report.objects.editable_by(user).filter(pk=report.pk).exists()
    return user.may(step.right, report.unit)


def available(report: Report, user: User) -> list[Step]:
    """The steps for which the page draws a button; the database is asked once for each right."""
    takes_steps = is_writable(report.period, report.team)
    possible = [
        step
        for step in STEPS.values()
        if step.by_hand
        and report.status in step.before
        and (takes_steps or not step.needs_open_period)
        and (report.period.has_begun or not step.needs_begun_period)
    ]
    one_of_each = {step.right: step for step in possible}
    held = {right for right, step in one_of_each.items() if may_take(report, step, user)}
    return [step for step in possible if step.right in held]


def may_correct(report: Report, user: User) -> bool:
    """Whether the user may change figures of this report that already count, or propose to."""
    step = STEPS["propose"]
    return report.status in step.before and may_take(report, step, user)


def was_locked(report: Report) -> bool:
    """Whether it has ever been locked, and so sent on: what changes it then is a proposal."""
    return report.status == Status.LOCKED or report.steps.filter(name="lock").exists()


# -- Figures ------------------------------------------------------------------------------------


WORDS_LIMIT = 2000


def why_too_long(text: str) -> list[str]:
    """What speaks against the length of difficulties or proposals; nothing where they fit."""
    too_long = len(text) > WORDS_LIMIT
    return [_("Please keep this text under 2,000 characters.")] if too_long else []


@dataclass(frozen=True)
class Draft:
    """What a person wants a report to say: figures, two texts for the commune, and what explains a
    figure that looks wrong, by the check's code."""

    values: Values
    difficulties: str = ""
    proposals: str = ""
    explanations: Explanations = field(default_factory=dict)


@transaction.atomic
def save_draft(
    *,
    team: Team,
    period: Period,
    draft: Draft,
    version: int,
    actor: User,
    at: datetime | None = None,
) -> Report:
    """Store what was typed of a team's month; `version` 0 means that no report was seen yet.

    `at` dates the saving; now, if None. Raises what `filling.hold` does, NotPossibleNow (the month
    or the report is closed), InvalidFigures, and StaleEdit where somebody else saved since.
    """
    team = filling.hold(team, period, actor)
    demand_writable(period, team)
    return _store(team, period, draft, version, actor, at or clock.now())


def _store(
    team: Team, period: Period, draft: Draft, version: int, actor: User, moment: datetime
) -> Report:
    """What `save_draft` does of an open month for whoever may; nobody else changes the report until
    the transaction ends."""
    catalogue = of_period(period)
    figures.demand_valid(draft.values, catalogue)
    checks.demand_fitting(draft.explanations, catalogue)
    if version == 0 and (report := _create(team, catalogue.form, period, draft, actor, moment)):
        return report
    changed = Report.objects.filter(
        team=team, period=period, version=version, status__in=Status.editable()
    ).update(**vars(draft), version=F("version") + 1, updated_at=moment, updated_by=actor)
    rows = Report.objects.select_related("form", "period")
    report = rows.filter(team=team, period=period).first()
    if report is None:  # A version of nothing: no page of ours sends it.
        raise NotPossibleNow(
            _("The report was changed after you had opened it. Look at the figures again.")
        )
    if not changed:
        _refuse_stale(report)
    return report


def _create(
    team: Team, form: Form, period: Period, draft: Draft, actor: User, moment: datetime
) -> Report | None:
    """The first version of a report; None where somebody else was first."""
    demand_own_month(team, period)
    try:
        with transaction.atomic():
            report = compose(team, form, period, draft, actor, moment)
            report.save(force_insert=True)
            return report
    except IntegrityError:
        return None


def compose(
    team: Team, form: Form, period: Period, draft: Draft, actor: User, moment: datetime
) -> Report:
    """The first version of a report as a draft, not saved."""
    return Report(
        tenant_id=team.tenant_id,
        form=form,
        period=period,
        unit_id=team.unit_id,
        team=team,
        updated_at=moment,
        updated_by=actor,
        **vars(draft),
    )


def demand_own_month(team: Team, period: Period) -> None:
    """Raises NotAllowed where team and month are of two provinces."""
    if team.tenant_id != period.tenant_id:
        raise NotAllowed(_("The month belongs to another province."))


def demand_unsent(report: Report) -> None:
    """Raises NotPossibleNow where the report is handed in, so that its figures stand."""
    if not report.is_editable:
        raise NotPossibleNow(
            why_locked(report)
            or _("The report is %(status)s, so its figures cannot be changed now.")
            % {"status": report.get_status_display()}
        )


def why_locked(report: Report) -> str:
    """Why a report was locked, since when, and who can change that; "" of one that is not.

    It was locked with its month, also where its team has more time by now.
    """
    is_locked = report.status == Status.LOCKED and report.period.state == Period.State.LOCKED
    return why_closed(report.period) if is_locked else ""


def _refuse_stale(report: Report) -> NoReturn:
    demand_unsent(report)
    saved = timezone.localtime(report.updated_at).strftime("%H:%M %d/%m/%Y")
    raise StaleEdit(
        _("%(person)s saved this report at %(time)s, after you had opened it.")
        % {"person": report.updated_by, "time": saved},
        theirs=report.values,
    )


# -- Steps --------------------------------------------------------------------------------------


@transaction.atomic
def apply(
    report: Report,
    name: str,
    *,
    actor: User,
    version: int,
    key: UUID | None = None,
    reason: str = "",
    remarks: dict[str, str] | None = None,
    at: datetime | None = None,
) -> Report:
    """Take one step. The same `key` again finds it taken and changes nothing.

    `at` dates the step; now, if None. Raises NotAllowed, NotPossibleNow, StaleEdit where the
    figures changed since `version`, and InvalidFigures where a submission or a remark is refused.
    """
    step = STEPS[name]
    if not may_take(report, step, actor):
        raise NotAllowed(_("You may not take this step."))
    if repeated := _repeat(report, step, key):
        return repeated
    moment = at or clock.now()
    demand_month(step, report.period, report.team, at=moment)
    # A remark is reason enough.
    is_needed = needs_reason(step, report, actor) and not remarks
    demand_reason(step, reason, is_needed=is_needed)
    if remarks:
        demand_remarks(remarks, of_form(report.form), to=step.to)
    changes = {"version": version + 1, **_changes(report, step, moment)}
    row = Report.objects.filter(pk=report.pk, status__in=step.before, version=version)
    if not row.update(status=step.to, **changes):
        return _repeat(report, step, key) or refuse_step(_read_again(report), step)
    fresh = _after(report, step, version, {**changes, "status": step.to})
    if step.needs_other and (why := four_eyes.why_not_approve([fresh], actor)):
        raise NotAllowed(why[fresh.pk])
    record([fresh], step, actor, key=key, reason=reason, remarks=remarks, at=moment)
    return fresh


@transaction.atomic
def submit_draft(
    *,
    team: Team,
    period: Period,
    draft: Draft,
    version: int,
    key: UUID,
    actor: User,
) -> Report:
    """Store and submit in one go. A double click carries the same `key`, and submits once.

    The second of two requests waits for the first at the row, finds it changed, and then finds
    its own key and draft submitted. Raises what `save_draft` and `apply` raise.
    """
    team = filling.hold(team, period, actor)
    # An explanation that no longer applies is dropped on the way.
    words = {name: text for name, text in vars(draft).items() if name != "explanations"}
    said = Report.objects.filter(team=team, period=period, **words)
    taken = said.filter(steps__key=key).exclude(status__in=Status.editable())
    steps = ReportStep.objects.filter(report__team=team, report__period=period)
    is_repeated = steps.filter(key=key).exists()
    if is_repeated and (report := taken.select_related("period", "unit").first()):
        return report
    step, moment = STEPS["submit"], clock.now()
    try:
        demand_writable(period, team)
        demand_time(step, period, at=moment)
        report = _store(team, period, draft, version, actor, moment)
    except NotPossibleNow:
        if report := taken.select_related("period", "unit").first():
            return report
        raise
    if is_repeated:  # The step was taken back since.
        refuse_step(report, step)
    # Whoever enters figures may submit them, but a team may have moved away from its report.
    if report.unit_id != team.unit_id and not may_take(report, step, actor):
        raise NotAllowed(_("You may not take this step."))
    # Nobody else has changed the row since it was stored: there is nothing to ask it again.
    changes = {"status": step.to, **_changes(report, step, moment)}
    changes["version"] = report.version + 1
    Report.objects.filter(pk=report.pk).update(**changes)
    fresh = _with(changes, report)
    record([fresh], step, actor, key=key, at=moment)
    return fresh


def _changes(report: Report, step: Step, moment: datetime) -> dict[str, Any]:
    """What a step writes beside status and version. Raises what `demand_complete` does."""
    changes: dict[str, Any] = {}
    if step.needs_complete:
        changes["explanations"] = demand_complete(
            Draft(report.values, explanations=report.explanations),
            of_form(report.form),
            judging.yardstick(report.team_id, report.period),
        )
        changes["submitted_at"] = moment
    if step.to == Status.RETURNED:
        changes["explanations"] = without_answers()
    return changes


def demand_complete(draft: Draft, catalogue: Catalogue, yardstick: Yardstick) -> Explanations:
    """The explanations that apply to what is handed in.

    Raises InvalidFigures where a check fails or what it found is not explained, and NotPossibleNow
    where not a single figure is given.
    """
    explained = checks.demand_explained(draft.values, draft.explanations, catalogue, yardstick)
    if not draft.values:
        raise NotPossibleNow(_("The report is empty: enter at least one figure, or 0."))
    return explained


def _read_again(report: Report) -> Report:
    rows = Report.objects.with_was_locked().select_related("period", "unit", "updated_by")
    return rows.get(pk=report.pk)


def _after(report: Report, step: Step, version: int, changes: dict[str, Any]) -> Report:
    """The report as the step has left it; read again only where it was read before that version, or
    something of it is not known yet."""
    is_known = (
        report.version == version
        # Of what is sent back, the database itself wrote what remains explained.
        and step.to != Status.RETURNED
        and (hasattr(report, "was_ever_locked") or not step.needs_other)
    )
    return _with(changes, report) if is_known else _read_again(report)


def _with(changes: dict[str, Any], report: Report) -> Report:
    """The report as its row is by now, where nobody else has changed that since it was read."""
    fresh = copy(report)
    for name, value in changes.items():
        setattr(fresh, name, value)
    return fresh


def _repeat(report: Report, step: Step, key: UUID | None) -> Report | None:
    """The report, where this step was taken with the key and still holds; None for a new key."""
    if not key or not (taken := report.steps.filter(key=key).first()):
        return None
    fresh = _read_again(report)
    # The buttons of a page share its key: going back to press another one is no second click.
    if (taken.name, step.to) != (step.name, fresh.status):
        refuse_step(fresh, step)
    return fresh


def refuse_step(report: Report, step: Step) -> NoReturn:
    """Say why a step is no longer possible, or that the figures are others by now."""
    if report.status not in step.before:
        raise NotPossibleNow(
            why_locked(report)
            or _("The report is %(status)s by now, so this step is no longer possible.")
            % {"status": report.get_status_display()}
        )
    raise StaleEdit(
        _("The report was changed after you had opened it. Look at the figures again."),
        theirs=report.values,
    )


@transaction.atomic
def correct(*, report: Report, values: Values, version: int, reason: str, actor: User) -> Report:
    """Change figures that already count, with a reason that stays on record.

    Of a report that was ever locked it can only be proposed, see `reports.corrections`: raises
    NotPossibleNow.
    """
    step = STEPS["correct"]
    if not may_take(report, step, actor):
        raise NotAllowed(_("You may not take this step."))
    if report.status in step.before and was_locked(report):
        raise NotPossibleNow(
            _("This report has been locked: a correction is proposed, and somebody else confirms.")
        )
    if report.status in step.before:
        demand_month(step, report.period, report.team, at=clock.now())
    demand_reason(step, reason, is_needed=step.needs_reason)
    yardstick = judging.yardstick(report.team_id, report.period)
    checks.demand_possible(values, of_form(report.form), yardstick)
    changed = Report.objects.filter(pk=report.pk, status__in=step.before, version=version).update(
        values=values, version=F("version") + 1, updated_at=clock.now(), updated_by=actor
    )
    fresh = _read_again(report)
    if not changed:
        refuse_step(fresh, step)
    record([fresh], step, actor, reason=reason)
    return fresh
