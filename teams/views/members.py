"""One member of a team: enrolled, changed, moved to another team, or gone."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from teams import chronicle, corrections, members, namesakes
from teams.forms import JoiningForm, LeavingForm, MemberForm
from teams.models import Membership, Team
from teams.registry import demand_keeper
from units import clock, tree
from units.errors import NotPossibleNow
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
    """Whoever has left is only looked at, and found in the team of today where one moved there."""
    known = _begun(request, pk)
    if not known.ended_on:
        return _write(request, known.team, known)
    now = _present(request, known)
    if request.method == "POST":
        if now is None:
            raise NotPossibleNow(_("This membership has ended: what was stays as it is."))
        # An older page: what it showed is not what stands now, and that is told.
        return _write(request, now.team, now)
    return redirect("member", now.pk) if now else _show_former(request, known)


@open_to(KEEPERS)
@require_POST
def correct_joining(request: HttpRequest, pk: int) -> HttpResponse:
    known = _known(request, pk)
    demand_keeper(request.user, known.team.unit)
    joining = _joining(known, request.POST)

    def correct(joined_on: date) -> None:
        corrections.correct_joining(member=known, joined_on=joined_on, actor=request.user)

    if joining.taken_by(correct):
        messages.success(request, _("The day of joining is put right."))
        return redirect("member", known.pk)
    return _show(request, known.team, known, _form(request, known.team, known), joining)


@open_to(KEEPERS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    known = _known(request, pk)
    corrections.withdraw(member=known, actor=request.user)
    said = _("%(name)s is not in the register any more.") % {"name": known.person.full_name}
    messages.success(request, said)
    return redirect("team", known.team_id)


@open_to(KEEPERS)
@require_POST
def correct_leaving(request: HttpRequest, pk: int) -> HttpResponse:
    known = _begun(request, pk)
    leaving = LeavingForm(request.POST)

    def correct(left_on: date) -> None:
        corrections.correct_leaving(member=known, left_on=left_on, actor=request.user)

    if leaving.taken_by(correct):
        messages.success(request, _("The day of leaving is put right."))
        return redirect("member", known.pk)
    return _show_former(request, known, leaving)


@open_to(KEEPERS)
@require_POST
def take_leaving_back(request: HttpRequest, pk: int) -> HttpResponse:
    known = _begun(request, pk)
    corrections.take_leaving_back(member=known, actor=request.user)
    messages.success(request, _("%(name)s is in the team again.") % {"name": known.person})
    return redirect("member", known.pk)


def _begun(request: HttpRequest, pk: int) -> Membership:
    rows = Membership.objects.visible_to(request.user).begun_by(clock.today())
    return get_object_or_404(rows.select_related("person", "team__unit"), pk=pk)


def _present(request: HttpRequest, known: Membership) -> Membership | None:
    """The membership of today that came after it, among those that the user keeps."""
    rows = Membership.objects.visible_to(request.user).kept_by(request.user)
    return rows.current_on(clock.today()).filter(person=known.person_id).first()


def _show_former(
    request: HttpRequest, known: Membership, leaving: LeavingForm | None = None
) -> HttpResponse:
    demand_keeper(request.user, known.team.unit)
    context = {
        "member": known,
        "team": known.team,
        "leaving": leaving or LeavingForm(initial={"left_on": known.ended_on}),
        "why_not_back": corrections.why_not_back(known, request.user),
        **_past(request, known),
    }
    status = 422 if leaving else 200
    return render(request, "teams/former_member.html", context, status=status)


def _past(request: HttpRequest, known: Membership) -> dict[str, Any]:
    stays = chronicle.stays(known.person, viewer=request.user)
    return {"stays": stays, "entries": chronicle.entries(known.person, stays)}


def _known(request: HttpRequest, pk: int) -> Membership:
    """A present membership. An older page may name one that ended when a post or a team began: of
    the same person, the next is meant."""
    visible = Membership.objects.visible_to(request.user)
    named = get_object_or_404(visible, pk=pk)
    present = visible.current_on(clock.today()).select_related("person", "team__unit")
    known = (
        present.filter(pk=pk).first()
        or present.filter(person=named.person_id, valid__startswith=named.valid.upper).first()
    )
    if known is None:
        raise Http404
    return known


def _write(request: HttpRequest, home: Team, known: Membership | None) -> HttpResponse:
    demand_keeper(request.user, home.unit)
    form = _form(request, home, known, request.POST if request.method == "POST" else None)

    def enter(
        effective_on: date | None = None, team: Team | None = None, who: str = "", **values: Any
    ) -> None:
        members.enter(
            team=team or home,
            values=values,
            on=effective_on or clock.today(),
            actor=request.user,
            member=known,
            who=who,
        )

    if form.taken_by(enter):
        said = _("What is known of %(name)s is saved.") % {"name": form.cleaned_data["full_name"]}
        messages.success(request, said)
        return redirect("team", home.pk)
    return _show(request, home, known, form)


def _form(
    request: HttpRequest, team: Team, known: Membership | None, typed: Any = None
) -> MemberForm:
    def namesakes_of(values: dict[str, Any]) -> list[tuple[str, str]]:
        stays = namesakes.found(team=team, values=values, actor=request.user)
        return namesakes.choices(stays, team) if stays else []

    return MemberForm(
        typed,
        initial=_initial(team, known),
        rows=[known, known.person] if known else [],
        teams=_teams_beside(team, request.user),
        is_known=known is not None,
        namesakes=None if known else namesakes_of,
    )


def _joining(known: Membership, typed: Any = None) -> JoiningForm:
    began = {"joined_on": clock.written(known.valid.lower)}
    return JoiningForm(typed, initial=began, rows=[known])


def _show(
    request: HttpRequest,
    team: Team,
    known: Membership | None,
    form: MemberForm,
    joining: JoiningForm | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "team": team, "member": known}
    if known:
        context |= {
            "joining": joining or _joining(known),
            "why_not_withdrawn": corrections.why_not_withdrawn(known),
            **_past(request, known),
        }
    status = max(form.status, joining.status if joining else 200)
    return render(request, "teams/member.html", context, status=status)


def _initial(team: Team, known: Membership | None) -> dict[str, Any]:
    today = clock.written(clock.today())
    if known is None:
        return {"joined_on": today, "post": "member"}
    values = members.known_of(known)
    if consented := values["consented_on"]:
        values["consented_on"] = clock.written(consented)
    values["phone"] = dialled(values["phone"])
    return values | {"effective_on": today, "team": team.pk}


def _teams_beside(team: Team, user: Any) -> Any:
    """The teams of the same commune, or of the same unit above it, to which somebody may move."""
    above = tree.path(team.unit, on=clock.today())[-2:][0]
    kept = Team.objects.visible_to(user).kept_by(user).active_on(clock.today())
    return kept.filter(unit__in=Unit.objects.under(above, on=clock.today()))
