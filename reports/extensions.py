"""More time for a commune or a team: until when, why, and who gave it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from reports.models import Extension, Period
from teams.models import Team
from units import clock, lineage
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow
from units.models import Ancestry, Level, Unit
from units.outlook import Reform
from units.text import normalise

# Beyond the deadline, or beyond today where that is over: more time is not for ever.
LONGEST = timedelta(days=62)


def of_teams(period: Period, teams: Iterable[Team]) -> dict[int, date]:
    """The last day of whatever more time each team was given for a month, past or not, by team.

    A team without an extension is missing. What was taken back held until that day.
    """
    return _latest(Extension.objects.filter(period=period), teams)


def in_force(period: Period, teams: Iterable[Team]) -> dict[int, date]:
    """The same of the teams that have more time today."""
    return _latest(Extension.objects.filter(period=period).in_force(clock.today()), teams)


def _latest(rows: Any, teams: Iterable[Team]) -> dict[int, date]:
    given = list(rows.with_last_on().with_tree_on())
    if not given:
        return {}
    listed = list(teams)
    # As `reaching` does for many reports in the database.
    stood = Ancestry.objects.filter(
        unit__in={team.unit_id for team in listed},
        ancestor__in={each.unit_id for each in given if each.team_id is None},
    ).values_list("unit", "ancestor", "valid")
    reached = {
        (unit, each.pk)
        for unit, ancestor, valid in stood
        for each in given
        if each.unit_id == ancestor and each.tree_on in valid
    }
    latest: dict[int, date] = {}
    for team in listed:
        days = [
            each.last_on
            for each in given
            if each.team_id == team.pk
            or (each.team_id is None and (team.unit_id, each.pk) in reached)
        ]
        if days:
            latest[team.pk] = max(days)
    return latest


def is_running(more_time_until: date | None) -> bool:
    """Whether more time until that day is not over; None is none."""
    return more_time_until is not None and more_time_until >= clock.today()


def of_unit(period: Period, unit: Unit) -> date | None:
    """The last day of whatever more time all teams of a unit were given, or those of a unit that it
    has come of since; None where none was."""
    units = [unit.pk, *lineage.forerunners(unit, since=period.tree_on)]
    return max(of_units(period, units).values(), default=None)


def of_units(period: Period, units: Iterable[Unit | int]) -> dict[int, date]:
    """The same of several, by unit; one whose teams were given none is missing."""
    rows = Extension.objects.filter(period=period, team=None, unit__in=units).with_last_on()
    return dict(rows.values_list("unit").annotate(latest=Max("last_on")).order_by())


def due_on(period: Period, more_time_until: date | None) -> date:
    """The deadline of a team: that of the month, or the later one that it was given."""
    return max(period.team_due_on, more_time_until or period.team_due_on)


@transaction.atomic
def extend(
    *,
    period: Period,
    unit: Unit,
    team: Team | None = None,
    until: date,
    reason: str,
    actor: User,
) -> Extension:
    """Give the teams of a commune until the end of a day, or one `team` of `unit`.

    Raises NotAllowed, and InvalidEntry for a day that gives nobody more time or too much, a month
    that was never opened, a unit that is no commune, or a missing reason.
    """
    if not Period.objects.editable_by(actor).filter(pk=period.pk).exists():
        raise NotAllowed(_("Only the provincial administrator gives more time."))
    if errors := _why_not(period, unit, team, until, reason):
        raise InvalidEntry(_("This gives nobody more time."), errors=errors)
    return Extension.objects.create(
        tenant_id=period.tenant_id,
        period=period,
        unit=unit,
        team=team,
        until=until,
        reason=normalise(reason),
        at=clock.now(),
        by=actor,
    )


def _why_not(
    period: Period, unit: Unit, team: Team | None, until: date, reason: str
) -> dict[str, list[str]]:
    errors = {}
    if unit.tenant_id != period.tenant_id:
        errors["unit"] = [_("The month belongs to another province.")]
    elif team is None and unit.level != Level.COMMUNE:
        errors["unit"] = [_("More time is given to a commune, or to a team.")]
    if period.state == Period.State.UNOPENED:
        errors["period"] = [_("The month is not opened yet, so nobody needs more time for it.")]
    latest = max(period.team_due_on, clock.today()) + LONGEST
    if until < clock.today():
        errors["until"] = [_("This day is over.")]
    elif until <= period.team_due_on:
        day = clock.written(period.team_due_on)
        errors["until"] = [_("The deadline of the teams is %(day)s already.") % {"day": day}]
    elif until > latest:
        errors["until"] = [
            _("More time ends on %(day)s at the latest, after %(days)s days.")
            % {"day": clock.written(latest), "days": LONGEST.days}
        ]
    if not normalise(reason):
        errors["reason"] = [_("Say why they get more time.")]
    return errors


@transaction.atomic
def end(*, extension: Extension, actor: User) -> None:
    """Take back an extension. Raises NotAllowed, and NotPossibleNow where it has ended."""
    if not actor.may(Right.PERIODS, extension.unit):
        raise NotAllowed(_("Only the provincial administrator gives more time."))
    ended = (
        Extension.objects.in_force(clock.today())
        .filter(pk=extension.pk)
        .update(ended_at=clock.now(), ended_by=actor)
    )
    if not ended:
        raise NotPossibleNow(_("This has ended already."))


def come_along(reform: Reform) -> None:
    """Bring along what was given to units that a decree ends, and to the teams at them: to each
    unit that takes their place, so that no team loses a day; one that takes in others has it too.

    What was given before the decree for months before it stays, for they are counted as they were.
    """
    lots = {lot.unit.pk: lot for lot in reform.outlook.ending}
    of_communes = Q(team=None, unit__in=lots, tree_on__gte=reform.day)
    of_teams_there = Q(team__in=list(reform.followers), period__ends_on__gte=reform.day)
    rows = list(
        Extension.objects.with_tree_on().filter(of_communes | of_teams_there).order_by("pk")
    )
    parts = []
    for row in rows:
        if row.team_id is not None:
            row.team_id = reform.followers[row.team_id]
            row.unit = reform.heirs[row.unit_id]
            continue
        row.unit, *others = [reform.by_code[code] for code in lots[row.unit_id].heirs]
        parts += [(row, other) for other in others]
    Extension.objects.bulk_update(rows, ["unit", "team"], batch_size=2000)
    Extension.objects.bulk_create([_of_part(*part) for part in parts], batch_size=2000)


def _of_part(row: Extension, unit: Unit) -> Extension:
    """The same for another part of a unit that was split."""
    kept = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}
    return Extension(**{**kept, "id": None, "unit_id": unit.pk})
