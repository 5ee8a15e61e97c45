"""The teams of an area, and one team with its people."""

from datetime import date, timedelta
from typing import Any

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
from teams import endings, registry
from teams.exports import members_file, teams_file
from teams.forms import DayForm, Filter, MemberFilter, TeamFilter
from teams.models import Membership, Post, Team
from teams.querysets import TeamQuerySet
from teams.views import areas
from teams.views.files import file_response, kind_asked
from units import clock, tree
from units.models import Unit

PAGE = 50
MAY_EXPORT = holders_of(Right.ROSTER, Right.OVERVIEW)


@open_to(SIGNED_IN)
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    asked = _asked(request, TeamFilter)
    rows = _teams(request, asked).select_related("unit")
    must_choose = areas.has_to_choose(request.user, asked)
    page = Paginator(rows.none() if must_choose else rows, PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "must_choose": must_choose,
        "asked": asked,
        "unit": asked.asked("unit"),
        "query": f"{asked.query}&",
        "parts": areas.offered(request.user, asked),
        "may_export": MAY_EXPORT.admits(request.user),
        "keeps_roster": request.user.holds(Right.ROSTER),
    }
    return render(request, "teams/teams.html", context)


def _asked(request: HttpRequest, of: type[Filter]) -> Any:
    """What is asked of a list; a unit that is out of reach is not found."""
    areas.demand_within(request, Unit.objects.visible_to(request.user))
    return of(request.GET, request.user)


def _teams(request: HttpRequest, asked: TeamFilter) -> TeamQuerySet:
    rows = asked.of(Team.objects.visible_to(request.user), on=asked.day)
    return rows.order_by("unit__code", "sort_key", "pk")


@open_to(SIGNED_IN)
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """The people of one's teams."""
    asked = _asked(request, MemberFilter)
    visible = Membership.objects.visible_to(request.user)
    rows = asked.of(visible, on=asked.day).select_related("person", "team__unit")
    must_choose = areas.has_to_choose(request.user, asked)
    page = Paginator(rows.none() if must_choose else rows, PAGE).get_page(request.GET.get("page"))
    shown = Team.objects.filter(pk__in=[member.team_id for member in page])
    context = {
        "page": page,
        "must_choose": must_choose,
        "asked": asked,
        "unit": asked.asked("unit"),
        "query": f"{asked.query}&",
        "parts": areas.offered(request.user, asked),
        "may_export": MAY_EXPORT.admits(request.user),
        "organisations": []
        if must_choose
        else registry.organisations(visible.current_on(asked.day)),
        "shows_phones": set(shown.editable_by(request.user).values_list("pk", flat=True)),
        "changeable": set(shown.kept_by(request.user).values_list("pk", flat=True)),
    }
    return render(request, "teams/members.html", context)


@open_to(SIGNED_IN)
@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """A team as it is today, as it was at its end, or as it was on the day that was asked for."""
    visible = Team.objects.visible_to(request.user)
    row = get_object_or_404(visible.select_related("unit", "merged_into"), pk=pk)
    today = clock.today()
    asked = DayForm(request.GET, otherwise=_last_day(row))
    path = tree.path(row.unit, on=today)
    keeps = request.user.may(Right.ROSTER, row.unit)
    context = {
        "team": row,
        "asked": asked,
        "people": _people(row, asked.day),
        "hamlets": row.areas.served_on(asked.day).select_related("hamlet").order_by("hamlet__code"),
        "path": path,
        "within_reach": Unit.objects.visible_to(request.user).among(path),
        "sees_successor": visible.filter(pk=row.merged_into_id).exists(),
        "merged_in": visible.filter(merged_into=row).order_by("active", "sort_key"),
        "opens_accounts": not asked.is_past and request.user.may(Right.ACCOUNTS, row.unit),
        "shows_phones": Team.objects.editable_by(request.user).filter(pk=pk).exists(),
        "keeps_roster": keeps,
        "has_way_back": keeps and endings.way_back(row) is not None,
    }
    return render(request, "teams/team.html", context)


def _last_day(row: Team) -> date:
    """Today, or the last day on which the team was active."""
    return min(clock.today(), row.active.upper - timedelta(days=1)) if row.ending else clock.today()


def _people(row: Team, day: date) -> list[Membership]:
    people = Membership.objects.current_on(day).filter(team=row).select_related("person__user")
    return sorted(people, key=lambda each: (list(Post).index(Post(each.post)), each.pk))


@open_to(MAY_EXPORT)
@require_safe
def export_teams(request: HttpRequest) -> HttpResponse:
    """The list of teams that the page shows, as a file."""
    asked = _asked(request, TeamFilter)
    asked.demand_day()
    content = teams_file(_teams(request, asked), kind_asked(request), on=asked.day)
    return file_response(content, f"danh-sach-to-{asked.day:%Y-%m-%d}.{kind_asked(request)}")


@open_to(MAY_EXPORT)
@require_safe
def export_members(request: HttpRequest) -> HttpResponse:
    """The list of members that the page shows, as a file."""
    asked = _asked(request, MemberFilter)
    asked.demand_day()
    content = members_file(
        asked.of(Membership.objects.visible_to(request.user), on=asked.day),
        kind_asked(request),
        on=asked.day,
        asked=asked.kept,
        unit=asked.asked("unit"),
        actor=request.user,
    )
    return file_response(content, f"thanh-vien-{asked.day:%Y-%m-%d}.{kind_asked(request)}")


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
