"""More time for a commune or a team: until when, why, and who gave it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from reports.models import Extension, Period
from teams.models import Team
from units import clock
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow
from units.models import Ancestry, Level, Unit
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
    given = list(rows.with_last_on())
    if not given:
        return {}
    listed = list(teams)
    # A team may have moved since: what counts is where it is.
    reached = set(
        Ancestry.objects.filter(
            unit__in={team.unit_id for team in listed},
            ancestor__in={each.unit_id for each in given if each.team_id is None},
            valid__contains=clock.today(),
        ).values_list("unit", "ancestor")
    )
    latest: dict[int, date] = {}
    for team in listed:
        days = [
            each.last_on
            for each in given
            if each.team_id == team.pk
            or (each.team_id is None and (team.unit_id, each.unit_id) in reached)
        ]
        if days:
            latest[team.pk] = max(days)
    return latest


def is_running(more_time_until: date | None) -> bool:
    """Whether more time until that day is not over; None is none."""
    return more_time_until is not None and more_time_until >= clock.today()


def of_unit(period: Period, unit: Unit) -> date | None:
    """The last day of whatever more time all teams of a unit were given; None where none was."""
    return of_units(period, [unit]).get(unit.pk)


def of_units(period: Period, units: Iterable[Unit]) -> dict[int, date]:
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
