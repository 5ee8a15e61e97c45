"""The teams of an area, and one team with its people."""

from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import SIGNED_IN, holders_of, open_to
from accounts.forms import TAKEN, UserNameForm
from accounts.roles import Right
from accounts.views import show_first_password
from teams import registry
from teams.exports import members_file
from teams.forms import MemberFilter, TeamFilter
from teams.models import Membership, Post, Team
from teams.views.files import file_response
from units import clock, tree
from units.models import Unit
from units.text import whole_number

PAGE = 50
MAY_EXPORT = holders_of(Right.ROSTER, Right.OVERVIEW)


@open_to(SIGNED_IN)
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    asked = TeamFilter(request.GET, request.user)
    if (pk := whole_number(request.GET.get("unit", ""))) is not None:
        get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    visible = Team.objects.visible_to(request.user).select_related("unit")
    rows = asked.of(visible, on=clock.today()).order_by("unit__code", "name", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "asked": asked,
        "unit": asked.asked("unit"),
        "query": f"{asked.query}&",
    }
    return render(request, "teams/teams.html", context)


@open_to(SIGNED_IN)
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """The people of one's teams."""
    asked = MemberFilter(request.GET, request.user)
    if (pk := whole_number(request.GET.get("unit", ""))) is not None:
        get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    visible = Membership.objects.visible_to(request.user)
    rows = asked.of(visible, on=clock.today()).select_related("person", "team__unit")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "asked": asked,
        "unit": asked.asked("unit"),
        "query": f"{asked.query}&",
        "may_export": MAY_EXPORT.admits(request.user),
        "organisations": registry.organisations(visible.current_on(clock.today())),
        "shows_phones": set(
            Team.objects.editable_by(request.user)
            .filter(pk__in=[member.team_id for member in page])
            .values_list("pk", flat=True)
        ),
    }
    return render(request, "teams/members.html", context)


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
        "keeps_roster": request.user.may(Right.ROSTER, row.unit),
    }
    return render(request, "teams/team.html", context)


@open_to(MAY_EXPORT)
@require_safe
def export_members(request: HttpRequest) -> HttpResponse:
    """The list that the page shows, as a file."""
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    asked = MemberFilter(request.GET, request.user)
    rows = asked.of(Membership.objects.visible_to(request.user), on=clock.today())
    content = members_file(
        rows, kind, asked=asked.kept, unit=asked.asked("unit"), actor=request.user
    )
    name = f"thanh-vien-{clock.today():%Y-%m-%d}.{kind}"
    return file_response(content, name)


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
