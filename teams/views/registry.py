"""The register of teams by hand: a new one, what is said of one, how one ends, and the way back."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from teams import directory, endings, establishment
from teams.forms import EndForm, HomeForm, NewTeamForm, TeamForm
from teams.models import Kind, Team
from teams.registry import NewTeam, demand_keeper
from units import clock, tree
from units.errors import InvalidEntry
from units.models import Level, Unit
from units.text import whole_number

KEEPERS = holders_of(Right.ROSTER)
HOMES = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)


# -- A new team -----------------------------------------------------------------------------------


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: HttpRequest) -> HttpResponse:
    """Two pages where there is a choice: the unit first, because it says what can be there."""
    home = _home(request)
    if home is None:
        form = HomeForm(request.GET if "unit" in request.GET else None, homes=_homes(request.user))
        status = 422 if form.errors else 200
        return render(request, "teams/new_team_home.html", {"form": form}, status=status)
    demand_keeper(request.user, home)
    form = NewTeamForm(
        request.POST if request.method == "POST" else None,
        initial={"active_since": clock.today()},
        hamlets=_hamlets_of(home, request.user) if home.is_commune else None,
    )
    if form.taken_by(partial(_establish, home=home, actor=request.user)):
        said = _("%(name)s is in the register.") % {"name": form.made.name}
        messages.success(request, said)
        return redirect("team", form.made.pk)
    context = {"form": form, "home": home, "has_choice": len(_homes(request.user)[:2]) > 1}
    return render(request, "teams/new_team.html", context, status=422 if form.errors else 200)


def _home(request: HttpRequest) -> Unit | None:
    """The unit that was chosen, or the only one that there is; None where one has to be chosen."""
    if (pk := whole_number(request.GET.get("unit", ""))) is not None:
        unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
        return unit if unit.level in HOMES else None
    homes = _homes(request.user)[:2]
    return homes[0] if len(homes) == 1 else None


def _homes(user: Any) -> QuerySet:
    kept = Unit.objects.visible_to(user).within(user.unit_ids_with(Right.ROSTER))
    named = kept.filter(level__in=HOMES).with_parent_name(on=clock.today())
    return named.order_by("level", "parent_code", "code")


def _establish(*, home: Unit, actor: Any, **typed: Any) -> Team:
    seat = typed.get("unit") or home
    new = NewTeam(
        name=typed["name"],
        unit=seat,
        kind=Kind.LOCAL if home.is_commune else Kind.ENTERPRISE,
        decision_number=typed["decision_number"],
        decided_on=typed["decided_on"],
        hamlets=list({seat, *typed["hamlets"]}) if home.is_commune else (),
    )
    return establishment.establish(new=new, since=typed["active_since"], actor=actor)


# -- What is said of one --------------------------------------------------------------------------


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def change_team(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    form = TeamForm(
        request.POST if request.method == "POST" else None,
        initial=_said_of(row),
        rows=[row, *row.areas.all()],
        hamlets=_hamlets_beside(row, request.user) if row.kind == Kind.LOCAL else None,
    )
    if form.taken_by(partial(_amend, row, request.user)):
        messages.success(request, _("What is known of %(name)s is saved.") % {"name": row.name})
        return redirect("team", row.pk)
    context = {"form": form, "team": row}
    return render(request, "teams/change_team.html", context, status=form.status)


def _amend(
    row: Team, actor: Any, *, hamlets: Any = None, since: date | None = None, **said: Any
) -> None:
    establishment.amend(team=row, values=said, hamlets=hamlets, since=since, actor=actor)


def _said_of(row: Team) -> dict[str, Any]:
    said = {key: getattr(row, key) for key in directory.PARTICULARS}
    return said | {
        "hamlets": _served(row),
        "since": clock.today(),
    }


# -- How one ends ---------------------------------------------------------------------------------


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def end_team(request: HttpRequest, pk: int) -> HttpResponse:
    """What would follow is asked for in the address, and shown; what is sent is done."""
    row = _kept(request, pk)
    asked = request.GET if "ending" in request.GET else None
    form = EndForm(
        request.POST if request.method == "POST" else asked,
        initial={"on": clock.today()},
        teams=_teams_beside(row, request.user),
    )
    act = endings.end if request.method == "POST" else endings.foresee

    def follow(into: Team | None, on: date, **_ending: Any) -> endings.Consequences:
        return act(team=row, into=into, on=on, actor=request.user)

    if form.is_bound and not form.is_valid():
        _judge_day(form, row, request.user)
    elif form.taken_by(follow) and request.method == "POST":
        said = _("%(name)s is merged.") if row.merged_into else _("%(name)s is dissolved.")
        messages.success(request, said % {"name": row.name})
        return redirect("team", row.pk)
    context = {"team": row, "form": form, "outcome": form.made}
    return render(request, "teams/end_team.html", context, status=422 if form.errors else 200)


def _judge_day(form: EndForm, row: Team, actor: Any) -> None:
    """Say what is wrong with the day beside whatever else is: everything at once."""
    typed = form.cleaned_data
    if typed.get("on"):
        try:
            endings.foresee(team=row, into=typed.get("into"), on=typed["on"], actor=actor)
        except InvalidEntry as refusal:
            form.refuse(refusal.errors)


@open_to(KEEPERS)
@require_POST
def revive_team(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Team.objects.visible_to(request.user).select_related("unit"), pk=pk)
    endings.take_back(team=row, actor=request.user)
    messages.success(request, _("%(name)s is active again.") % {"name": row.name})
    return redirect("team", row.pk)


# -- What all of them ask -------------------------------------------------------------------------


def _kept(request: HttpRequest, pk: int) -> Team:
    """A team of which something may still be changed, by this person."""
    row = get_object_or_404(Team.objects.visible_to(request.user).select_related("unit"), pk=pk)
    demand_keeper(request.user, row.unit)
    establishment.demand_active(row)
    return row


def _hamlets_of(commune: Unit, user: Any) -> QuerySet:
    below = Unit.objects.visible_to(user).children_of(commune, on=clock.today())
    return below.filter(level=Level.HAMLET)


def _hamlets_beside(row: Team, user: Any) -> QuerySet:
    """The hamlets of the commune where a team sits, and those that it serves elsewhere: its page
    names them, and what is not offered would be taken away."""
    commune = tree.path(row.unit, on=clock.today())[-2]
    near = Q(pk__in=_hamlets_of(commune, user).values("pk")) | Q(pk__in=_served(row))
    return Unit.objects.filter(near).order_by("code")


def _served(row: Team) -> list[int]:
    served = row.areas.served_on(clock.today()).order_by("hamlet")
    return list(served.values_list("hamlet", flat=True))


def _teams_beside(row: Team, user: Any) -> QuerySet:
    """The teams into which one may be merged: of its commune, or of enterprises."""
    others = Team.objects.visible_to(user).kept_by(user).active_on(clock.today())
    others = others.filter(kind=row.kind, ending="").exclude(pk=row.pk)
    if row.kind == Kind.LOCAL:
        others = others.filter(unit__in=_hamlets_beside(row, user))
    return others.order_by("unit__code", "sort_key", "pk")
