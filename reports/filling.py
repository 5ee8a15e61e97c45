"""Who enters the figures of a team's month, and which team's they are once a decree has moved it.

A team sits at one unit, and the sums of a month are those of the tree of its last day. So figures
of a team whose unit does not stand on that day would be in no sum: none are taken.
"""

from collections.abc import Collection
from datetime import date
from typing import cast

from django.utils.translation import gettext as _

from accounts.models import User
from reports import periods
from reports.models import Period
from teams.models import Team
from units import clock
from units.errors import NotAllowed, NotPossibleNow


def demand_filler(team: Team, actor: User) -> None:
    """Raises NotAllowed for whoever does not enter the team's figures."""
    if not Team.objects.editable_by(actor).filter(pk=team.pk).exists():
        raise NotAllowed(_("You do not enter the figures of this team."))


def hold(team: Team, period: Period, actor: User) -> Team:
    """The team as it is by now, with its month: until the transaction ends nobody locks the month,
    and no decree moves its teams.

    Raises NotAllowed for whoever does not enter its figures, and NotPossibleNow where another team
    has come in its place.
    """
    periods.hold(period)
    # Asked only now: a decree that was waited for has ended teams, and begun others.
    known = Team.objects.editable_by(actor).select_related("unit").filter(pk=team.pk).first()
    if known and not why_not_of(known, period):
        return known
    if after := follower(team.pk, period, actor):
        raise NotPossibleNow(where_it_goes_on(after, period))
    if known is None:
        raise NotAllowed(_("You do not enter the figures of this team."))
    raise NotPossibleNow(why_not_of(known, period))


def held(teams: Collection[Team], period: Period) -> dict[int, Team]:
    """The teams as they are by now, by their id, for a month that is held.

    Raises NotPossibleNow where another has come in the place of one of them.
    """
    known = Team.objects.filter(pk__in={team.pk for team in teams}).select_related("unit")
    found = {team.pk: team for team in known}
    if len(found) < len(set(teams)):
        raise NotPossibleNow(_("A decree that made some of these teams has been undone."))
    for team in found.values():
        if why := why_not_of(team, period):
            raise NotPossibleNow(why)
    return found


def why_not_of(team: Team, period: Period) -> str:
    """Why the month has no figures of this team; "" where its unit stands in the month's tree."""
    days = team.unit.valid
    if period.tree_on in days:
        return ""
    said = {"team": team, "unit": team.unit, "month": period}
    if days.lower and period.tree_on < days.lower:
        return _(
            "%(unit)s stands from %(day)s on, so %(team)s has no figures of month %(month)s: they "
            "are those of the team before it."
        ) % {**said, "day": clock.written(days.lower)}
    return _(
        "%(unit)s has not stood since %(day)s, so %(team)s has no figures of month %(month)s: they "
        "are those of the team that follows it."
    ) % {**said, "day": clock.written(cast(date, days.upper))}


def where_it_goes_on(after: Team, period: Period) -> str:
    """What to say to whoever comes for the team in whose place `after` is."""
    return _(
        "By a decree %(team)s goes on at %(unit)s from %(day)s on: its figures of month %(month)s "
        "are entered for that unit."
    ) % {
        "team": after,
        "unit": after.unit,
        "month": period,
        "day": clock.written(cast(date, after.active.lower)),
    }


def in_place_of(team: Team | int, period: Period, user: User) -> Team | None:
    """`follower` of a team, or of one that the user does not see, by its id; of a team that stands
    in the month the database is not asked."""
    if isinstance(team, Team):
        return follower(team.pk, period, user) if why_not_of(team, period) else None
    return follower(team, period, user)


def followed(team: Team, period: Period) -> list[Team]:
    """The teams in whose place this one has come by the month's last day."""
    before = Team.objects.filter(merged_into=team).exclude(unit__valid__contains=period.tree_on)
    return list(before.order_by("pk"))


def follower(pk: int, period: Period, user: User) -> Team | None:
    """The team that has come in the place of one whose unit has ended by the month's last day,
    for whoever enters its figures; None for anybody else, and where the team goes on."""
    ended = Team.objects.exclude(unit__valid__contains=period.tree_on)
    then = pk
    while after := ended.filter(pk=then).values_list("merged_into", flat=True).first():
        then = after
    if then == pk:
        return None
    standing = Team.objects.editable_by(user).filter(unit__valid__contains=period.tree_on)
    return standing.select_related("unit", "tenant").filter(pk=then).first()
