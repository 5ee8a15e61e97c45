"""The teams of an area, and one team with its people."""

from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import SIGNED_IN, holders_of, open_to
from accounts.forms import TAKEN, UserNameForm
from accounts.roles import Right
from accounts.views import show_first_password
from teams import registry
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
    people = list(
        Membership.objects.current_on(today).filter(team=row).select_related("person__user")
    )
    people.sort(key=lambda each: (list(Post).index(Post(each.post)), each.pk))
    path = tree.path(row.unit, on=today)
    context = {
        "team": row,
        "people": people,
        "hamlets": row.areas.filter(valid__contains=today).select_related("hamlet"),
        "path": path,
        "within_reach": Unit.objects.visible_to(request.user).among(path),
        "opens_accounts": request.user.may(Right.ACCOUNTS, row.unit),
        "shows_phones": Team.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "teams/team.html", context)


@open_to(holders_of(Right.ACCOUNTS))
@require_http_methods(["GET", "HEAD", "POST"])
def leader_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account for the leader or a deputy of a team, who then enters its figures."""
    rows = Membership.objects.visible_to(request.user).leading().current_on(clock.today())
    member = get_object_or_404(rows.select_related("person", "team__unit"), pk=pk)
    form = UserNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account, first_password = registry.give_account(
                membership=member, username=form.cleaned_data["username"], actor=request.user
            )
            back = (member.team.name, reverse("team", args=[member.team_id]))
            return show_first_password(request, account, first_password, back=back)
        except IntegrityError:
            # Somebody else took the name since it was looked up.
            form.add_error("username", TAKEN)
    return render(request, "teams/leader_account.html", {"form": form, "member": member})
