"""The first page: what the person came for, by the rights they hold."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import SIGNED_IN, open_to
from accounts.models import User
from accounts.roles import Right, Role
from reports import overview, periods
from reports.models import Period, Report, Status
from teams.models import Team
from units import clock
from units.models import Level


@open_to(SIGNED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    period = periods.current(user.tenant)
    context: dict[str, Any] = {"period": period}
    if not user.held_grants:
        return render(request, "home/without_role.html", context)
    if period:
        context.update(_work(user, period))
    if user.holds(Right.OVERVIEW):
        context.update(_area(user, period))
    return render(request, "home/home.html", context)


def _work(user: User, period: Period) -> dict[str, Any]:
    """What waits for this person: their own teams, what was returned, what wants a review."""
    context: dict[str, Any] = {"due_on": _due_on(user, period)}
    if any(grant.role == Role.TEAM_LEADER for grant in user.held_grants):
        teams = list(Team.objects.editable_by(user).active_on(clock.today())[:20])
        reports = Report.objects.filter(period=period, team__in=teams)
        by_team = {report.team_id: report for report in reports}
        context["led"] = [overview.TeamPart(team, by_team.get(team.pk)) for team in teams]
    if user.holds(Right.REVIEW):
        waiting = Report.objects.with_right(user, Right.REVIEW).filter(
            period=period, status=Status.SUBMITTED
        )
        context["waiting_count"] = waiting.count()
        context["waiting"] = waiting.select_related("team", "unit").order_by("submitted_at")[:10]
    return context


def _area(user: User, period: Period | None) -> dict[str, Any]:
    """How the widest unit of the person stands this month."""
    unit = next(g.unit for g in user.held_grants if g.role != Role.TEAM_LEADER)
    year, month = (period.year, period.month) if period else _calendar_month()
    picture = overview.draw(unit, year=year, month=month, user=user)
    behind = sorted(
        (part for part in picture.parts if part.sum.submitted < part.sum.expected),
        key=lambda part: (part.sum.submitted / (part.sum.expected or 1), part.unit.code),
    )
    return {
        "picture": picture,
        "behind": behind[:8],
        "behind_count": len(behind),
        "is_nation": unit.level == Level.NATION,
    }


def _calendar_month() -> tuple[int, int]:
    today = clock.today()
    return today.year, today.month


def _due_on(user: User, period: Period) -> Any:
    """The deadline that this person has to keep."""
    role = user.held_grants[0].role
    if role == Role.TEAM_LEADER:
        return period.team_due_on
    if role == Role.COMMUNE_OFFICER:
        return period.commune_due_on
    if role == Role.DISTRICT_OFFICER:
        return period.district_due_on
    return period.province_due_on
