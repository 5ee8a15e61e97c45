"""The first page: what the person came for, by the rights they hold."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import SIGNED_IN, open_to
from accounts.models import Delegation, User
from accounts.resettling import moves_of
from accounts.roles import Right, Role
from reports import (
    declared_reasons,
    extensions,
    missing,
    overview,
    periods,
    restating,
    review,
    unfinished,
)
from reports.models import Period, Report
from teams.models import Team
from units import clock
from units.models import Level, Unit


@open_to(SIGNED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    period = periods.current(user.tenant)
    context: dict[str, Any] = {"period": period, "opens_months": user.holds(Right.PERIODS)}
    context["delegations"] = Delegation.objects.editable_by(user).not_over().with_standing()
    context["moves"] = moves_of(user)
    if not user.held_grants:
        return render(request, "home/without_role.html", context)
    if user.holds(Right.FILL):
        context["sent_back"] = unfinished.gathered(unfinished.sent_back_to(user))
    if period:
        context.update(_work(user, period))
    context["unsigned"] = declared_reasons.waiting_for(user)
    if user.holds(Right.OVERVIEW):
        context.update(_area(user, period))
    return render(request, "home/home.html", context)


def _work(user: User, period: Period) -> dict[str, Any]:
    """What waits for this person: their own teams, what was returned, what wants a review."""
    context: dict[str, Any] = {"due_on": _due_on(user, period)}
    if user.leads_teams:
        teams = list(Team.objects.editable_by(user).active_on(clock.today())[:20])
        reports = Report.objects.filter(period=period, team__in=teams)
        by_team = {report.team_id: report for report in reports}
        if user.held_grants[0].role == Role.TEAM_LEADER and teams:
            more_time = extensions.of_teams(period, teams)
            days = [extensions.due_on(period, more_time.get(team.pk)) for team in teams]
            context["due_on"] = min(days)
        context["led"] = [overview.TeamPart(team, by_team.get(team.pk)) for team in teams]
    context["closed"] = _closed(user, period, context.get("led", []))
    if user.holds(Right.REVIEW):
        waiting = review.waiting_for(user).filter(period=period)
        context["queues"] = _queues(user, period)
        context["waiting"] = waiting.select_related("team", "unit").order_by("submitted_at")[:10]
    return context


def _reviewed(user: User) -> list[Unit]:
    """The units of the person's queues: a stand-in has one of each unit."""
    wanted = list(dict.fromkeys(user.unit_ids_with(Right.REVIEW)))
    units = {unit.pk: unit for unit in Unit.objects.visible_to(user).filter(pk__in=wanted)}
    return [units[pk] for pk in wanted if pk in units]


def _queues(user: User, period: Period) -> list[dict[str, Any]]:
    """How many reports wait under each unit this month, and in the months before."""
    units = _reviewed(user)
    return [
        {
            "unit": unit,
            "count": dict(months).get(period, 0),
            "before": [each for each in months if each[0] != period],
        }
        for unit, months in zip(units, review.by_month(user, units).values(), strict=True)
    ]


def _closed(user: User, period: Period, led: list[overview.TeamPart]) -> str:
    """Why the person cannot write in the month; "" where they can, or have more time."""
    if periods.is_writable(period, *(part.team for part in led)):
        return ""
    until = extensions.of_unit(period, user.held_grants[0].unit)
    return "" if extensions.is_running(until) else periods.why_closed(period)


def _area(user: User, period: Period | None) -> dict[str, Any]:
    """How the widest unit of the person stands this month."""
    unit = next(grant.unit for grant in user.held_grants if grant.unit_id in user.area_ids)
    year, month = (period.year, period.month) if period else _calendar_month()
    own_day = period.tree_on if period else periods.last_day(year, month)
    spell = restating.spell_of(unit, "", on=own_day)
    picture = overview.draw(unit, year=year, month=month, user=user, spell=spell)
    if period and picture.is_awaited:
        restating.ask([period], picture.spell)
    behind = sorted(
        (part for part in picture.parts if part.sum.submitted < part.sum.expected),
        key=lambda part: (part.sum.submitted / (part.sum.expected or 1), part.unit.code),
    )
    return {
        "picture": picture,
        "behind": behind[:8],
        "behind_count": len(behind),
        **_absent(user, picture),
        "is_nation": unit.level == Level.NATION,
        "is_commune": unit.level == Level.COMMUNE,
    }


def _absent(user: User, picture: overview.Picture) -> dict[str, Any]:
    """Whose report is not there; of a commune by name. The nation's provinces have each their own
    months."""
    unit, period = picture.unit, picture.period
    if period is None or unit.level == Level.NATION:
        return {}
    context: dict[str, Any] = {
        "missing": missing.count(unit, period, user),
        "reviews_area": user.may(Right.REVIEW, unit),
    }
    if picture.teams and not picture.parts:
        reports = {part.team.pk: part.report for part in picture.teams}
        absent = missing.by_why(missing.under(unit, period, user))
        context["absent"] = [
            (each, reports.get(each.team.pk)) for _why, teams in absent for each in teams
        ]
    return context


def _calendar_month() -> tuple[int, int]:
    today = clock.today()
    return today.year, today.month


def _due_on(user: User, period: Period) -> Any:
    """The deadline that this person has to keep."""
    grant = user.held_grants[0]
    # A team's figures are due as such, whatever unit its leader's role hangs on.
    leads = grant.role == Role.TEAM_LEADER
    day = period.due_on(Level.HAMLET if leads else Level(grant.unit.level))
    if grant.role == Role.COMMUNE_OFFICER:
        return max(day, extensions.of_unit(period, grant.unit) or day)
    return day
