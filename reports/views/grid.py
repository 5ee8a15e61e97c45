"""All teams of a commune at once: their figures in a grid, and their reports sent together."""

from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from reports import batches, grid, overview, periods
from reports.addresses import follows_month_picker
from reports.forms import read_key
from reports.serializers import FindingSerializer
from reports.views.entering import texts
from reports.views.month import WORKERS, Month, draw, months_to_pick, period_or_404
from teams.models import Team
from units import clock, tree
from units.errors import InvalidFigures
from units.models import Unit
from units.text import whole_number


@open_to(WORKERS)
@follows_month_picker
@require_safe
def unit_grid(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """A row for each team that stands on the unit; those that can be written have fields."""
    unit = get_object_or_404(Unit.objects.ever_visible_to(request.user), pk=pk)
    period = period_or_404(request.user, unit.tenant_id, month)
    picture = draw(unit, period, request.user)
    chosen, refused = _numbers(request, "chosen"), _numbers(request, "refused")
    rows = grid.lay_out(
        picture.teams, picture.catalogue, period=period, user=request.user, refused=refused
    )
    is_writable = any(row.is_writable for row in rows)
    path = tree.path(unit, on=picture.on) or [unit]
    context = {
        "unit": unit,
        "period": period,
        "months": months_to_pick(request.user, unit.tenant_id),
        "path": path,
        "within_reach": Unit.objects.visible_to(request.user).among(path),
        "picture": picture,
        "rows": rows,
        "refused": [row for row in rows if row.is_writable and row.faults],
        "returned": [(row, each) for row in rows if row.is_writable for each in row.returned],
        "chosen": chosen,
        "blank": [row for row in rows if row.part.team.pk in chosen and row.asks_of_blanks],
        "findings": {
            row.part.team.pk: FindingSerializer(row.findings, many=True).data
            for row in rows
            if row.is_writable
        },
        "sections": [
            (each, picture.catalogue.indicators_of(each)) for each in picture.catalogue.sections
        ],
        "is_writable": is_writable,
        # A file is brought to a unit that stands.
        "takes_files": is_writable and clock.today() in unit.valid,
        "closed": "" if period.is_open else periods.why_closed(period),
        "more_time": overview.more_time(picture.teams),
        "texts": texts(),
        "key": uuid4(),
    }
    return render(request, "months/grid.html", context)


@open_to(holders_of(Right.FILL))
@require_POST
def submit_teams(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """Submit the reports of the chosen teams; those that cannot be sent are named, and why."""
    unit = get_object_or_404(Unit.objects.ever_visible_to(request.user), pk=pk)
    period = period_or_404(request.user, unit.tenant_id, month)
    address = reverse("unit-grid", args=[period.key, unit.pk])
    chosen = {number for text in request.POST.getlist("team") if (number := whole_number(text))}
    if not chosen:
        messages.error(request, _("Choose the teams whose reports shall be submitted."))
        return redirect(address)
    teams = Team.objects.visible_to(request.user).filter(pk__in=chosen).order_by("sort_key", "pk")
    # Asked once, never refused: what nobody knows is not reported.
    if "blanks" not in request.POST and grid.leave_blanks(teams, period, request.user):
        return redirect(f"{address}?{_listed('chosen', chosen)}")
    # What is no number is nobody's version.
    seen = {pk: whole_number(request.POST.get(f"version-{pk}", "")) or -1 for pk in chosen}
    sent, refused = batches.submit_drafts(
        seen={team: seen[team.pk] for team in teams},
        key=read_key(request.POST),
        period=period,
        actor=request.user,
    )
    if sent:
        said = ngettext("%(count)s report is submitted.", "%(count)s reports are submitted.", sent)
        messages.success(request, said % {"count": sent})
    # What is wrong in a cell is said on the page, with the way there.
    faulty = {team.pk for team, why in refused if isinstance(why, InvalidFigures)}
    for team, why in refused:
        if team.pk not in faulty:
            messages.error(request, f"{team.name}: {why.message}")
    return redirect(f"{address}?{_listed('refused', faulty)}" if faulty else address)


def _listed(name: str, numbers: set[int]) -> str:
    return urlencode({name: ",".join(map(str, sorted(numbers)))}, safe=",")


def _numbers(request: HttpRequest, name: str) -> set[int]:
    """What `_listed` wrote into the address."""
    texts = request.GET.get(name, "").split(",")
    return {number for text in texts if (number := whole_number(text))}
