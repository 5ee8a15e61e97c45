"""One member of a team: enrolled, changed, moved to another team, or gone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from teams import members
from teams.forms import MemberForm
from teams.models import Membership, Team
from teams.registry import demand_keeper
from units import clock, tree
from units.errors import InvalidEntry
from units.models import Unit
from units.text import dialled

KEEPERS = holders_of(Right.ROSTER)


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_member(request: HttpRequest, pk: int) -> HttpResponse:
    teams = Team.objects.visible_to(request.user).active_on(clock.today())
    return _write(request, get_object_or_404(teams.select_related("unit"), pk=pk), None)


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Membership.objects.visible_to(request.user).current_on(clock.today())
    known = get_object_or_404(rows.select_related("person", "team__unit"), pk=pk)
    return _write(request, known.team, known)


def _write(request: HttpRequest, team: Team, known: Membership | None) -> HttpResponse:
    demand_keeper(request.user, team.unit)
    form = MemberForm(
        request.POST if request.method == "POST" else None,
        initial=_initial(team, known),
        teams=_teams_beside(team, request.user),
        is_known=known is not None,
    )
    if request.method == "POST" and form.is_valid() and _enter(form, team, known, request.user):
        said = _("What is known of %(name)s is saved.") % {"name": form.cleaned_data["full_name"]}
        messages.success(request, said)
        return redirect("team", team.pk)
    context = {"form": form, "team": team, "member": known}
    return render(request, "teams/member.html", context, status=422 if form.errors else 200)


def _enter(form: MemberForm, team: Team, known: Membership | None, actor: Any) -> bool:
    values = dict(form.cleaned_data)
    on, chosen = values.pop("effective_on"), values.pop("team", None)
    try:
        members.enter(
            team=chosen or team, values=values, on=on or clock.today(), actor=actor, member=known
        )
    except InvalidEntry as refusal:
        form.refuse(refusal.errors)
        return False
    return True


def _initial(team: Team, known: Membership | None) -> dict[str, Any]:
    today = clock.today().strftime("%d/%m/%Y")
    if known is None:
        return {"effective_on": today, "joined_on": today, "post": "member"}
    values = members.known_of(known)
    if consented := values["consented_on"]:
        values["consented_on"] = consented.strftime("%d/%m/%Y")
    values["phone"] = dialled(values["phone"])
    return values | {"effective_on": today, "team": team.pk}


def _teams_beside(team: Team, user: Any) -> Any:
    """The teams of the same commune, or of the same unit above it, to which somebody may move."""
    above = tree.path(team.unit, on=clock.today())[-2:][0]
    kept = Team.objects.visible_to(user).kept_by(user).active_on(clock.today())
    return kept.filter(unit__in=Unit.objects.under(above, on=clock.today()))
