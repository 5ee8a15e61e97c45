"""The month of a unit: its teams, with what is waiting for whom."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.doors import holders_of, open_to
from accounts.models import User
from accounts.roles import Right
from reports import missing, overview, periods, restating, wording
from reports.addresses import follows_month_picker, whole_address_of
from reports.models import Period, Status
from reports.views.overview import kin
from reports.wording import Target
from teams.models import Team
from units import clock, tree
from units.models import Unit

Month = tuple[int, int]
WORKERS = holders_of(Right.FILL, Right.REVIEW)


@open_to(WORKERS)
@require_safe
def this_month(request: HttpRequest) -> HttpResponse:
    """Where the person's work of the current month is."""
    period = periods.current(request.user.tenant)
    if period is None:
        return render(request, "months/none.html")
    reviewed = request.user.unit_ids_with(Right.REVIEW)
    led = list(Team.objects.editable_by(request.user)[:2])
    if not reviewed and len(led) == 1:
        return redirect("team-month", period.key, led[0].pk)
    # Somebody may oversee more than they work on.
    works_on = reviewed or request.user.unit_ids_with(Right.FILL)
    return redirect("unit-month", period.key, works_on[0])


@open_to(WORKERS)
@follows_month_picker
@require_safe
def unit_month(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """Each team of a unit with its state, and what is waiting for whom."""
    unit = get_object_or_404(Unit.objects.ever_visible_to(request.user), pk=pk)
    period = period_or_404(request.user, unit.tenant_id, month)
    picture = draw(unit, period, request.user)
    path = tree.path(unit, on=picture.on) or [unit]
    may_review = request.user.may(Right.REVIEW, unit)
    zalo = ""
    if unit.is_commune and may_review:
        # For a leader, who must not see the unit, it leads to their own team.
        address = whole_address_of(Target(period.key))
        absent = missing.under(unit, period, request.user)
        zalo = wording.for_the_group(unit, period, absent, address=address)
    context = {
        "picture": picture,
        "unit": unit,
        "period": period,
        "months": months_to_pick(request.user, unit.tenant_id),
        "path": path,
        "within_reach": Unit.objects.visible_to(request.user).among(path),
        "counts": _count(picture.teams),
        "closed": "" if period.is_open else periods.why_closed(period),
        "more_time": overview.more_time(picture.teams),
        "may_fill": request.user.holds(Right.FILL),
        "may_review": may_review,
        "month": period.key,
        **kin(picture, within=Unit.objects.ever_visible_to(request.user)),
        "zalo": zalo,
        "zalo_rows": zalo.count("\n") + 2,
        "gives_time": unit.is_commune and request.user.may(Right.PERIODS, unit),
    }
    if picture.is_awaited:
        context["awaited"] = len(restating.ask([period], picture.spell))
    return render(request, "months/unit_month.html", context)


def draw(unit: Unit, period: Period, user: User) -> overview.Picture:
    """A unit in a month, with the teams that it has today where it did not stand in the month."""
    spell = restating.spell_of(unit, "", on=period.tree_on)
    return overview.draw(unit, year=period.year, month=period.month, user=user, spell=spell)


def period_or_404(user: User, tenant_id: int, month: Month) -> Period:
    return get_object_or_404(
        Period.objects.visible_to(user), tenant_id=tenant_id, year=month[0], month=month[1]
    )


def months_to_pick(user: User, tenant_id: int) -> list[str]:
    """The months that can be chosen, the newest first."""
    rows = Period.objects.visible_to(user).to_pick(clock.today())
    return [period.key for period in rows.filter(tenant_id=tenant_id)[:24]]


def _count(teams: list[overview.TeamPart]) -> dict[str, int]:
    """How many teams are in each state; a team without a report has not started, unless its report
    was sent and returned, and is not there to be read."""
    counts = {"none": 0, **{status.value: 0 for status in Status}}
    for part in teams:
        absent = "returned" if part.is_returned else "none"
        counts[part.report.status if part.report else absent] += 1
    return counts
