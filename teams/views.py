"""The teams of an area, and one team with its people."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.doors import SIGNED_IN, open_to
from teams.models import Membership, Post, Team
from units import clock, tree
from units.models import Unit
from units.text import fold, normalise, whole_number

PAGE = 50


@open_to(SIGNED_IN)
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    rows = Team.objects.visible_to(request.user).active_on(today).select_related("unit")
    unit = None
    if (pk := whole_number(request.GET.get("unit", ""))) is not None:
        unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
        rows = rows.within(unit, on=today)
    if wanted := normalise(request.GET.get("q", "")):
        rows = rows.filter(Q(unit__search__icontains=fold(wanted)) | Q(name__icontains=wanted))
    rows = rows.annotate(
        member_count=Count("memberships", filter=Q(memberships__valid__contains=today))
    ).order_by("unit__code", "name", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    kept = urlencode({"q": wanted, **({"unit": unit.pk} if unit else {})})
    context = {"page": page, "unit": unit, "q": wanted, "query": f"{kept}&"}
    return render(request, "teams/teams.html", context)


@open_to(SIGNED_IN)
@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Team.objects.visible_to(request.user).select_related("unit"), pk=pk)
    today = clock.today()
    people = list(Membership.objects.current_on(today).filter(team=row).select_related("person"))
    people.sort(key=lambda each: (list(Post).index(Post(each.post)), each.pk))
    path = tree.path(row.unit, on=today)
    context = {
        "team": row,
        "people": people,
        "hamlets": row.areas.filter(valid__contains=today).select_related("hamlet"),
        "path": path,
        "within_reach": Unit.objects.visible_to(request.user).among(path),
        "shows_phones": Team.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "teams/team.html", context)
