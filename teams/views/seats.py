"""One seat in a steering committee: given, changed, left."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from teams import seating, steering
from teams.committee_forms import ChangedSeatForm, EndingForm, NewSeatForm
from teams.models import Committee, Seat, SteeringPost
from teams.registry import demand_keeper
from units import clock
from units.text import dialled

KEEPERS = holders_of(Right.ROSTER)


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_seat(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Committee.objects.visible_to(request.user).select_related("unit")
    committee = get_object_or_404(rows, pk=pk)
    demand_keeper(request.user, committee.unit)
    steering.demand_standing(committee)
    usual = {"post": SteeringPost.MEMBER, "since": max(clock.today(), committee.valid.lower)}
    form = NewSeatForm(request.POST if request.method == "POST" else None, initial=usual)

    def give(since: date, **_of_seat: Any) -> Seat:
        return steering.give_seat(
            committee=committee, official=form.official, since=since, actor=request.user
        )

    if form.taken_by(give):
        messages.success(request, _("%(name)s sits in it now.") % {"name": form.made.full_name})
        return redirect("committee", committee.pk)
    context = {"form": form, "committee": committee}
    return render(request, "teams/seat.html", context, status=422 if form.errors else 200)


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk, goes_on=True)
    form = _form(row, request.POST if request.method == "POST" else None)

    def change(effective_on: date, **_of_seat: Any) -> Seat:
        return steering.change_seat(
            seat=row, official=form.official, on=effective_on, actor=request.user
        )

    if form.taken_by(change):
        name = form.made.full_name
        messages.success(request, _("What is known of %(name)s is saved.") % {"name": name})
        return redirect("committee", row.committee_id)
    return _show(request, row, form, EndingForm(initial={"until": clock.today()}))


@open_to(KEEPERS)
@require_POST
def end_seat(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    ending = EndingForm(request.POST)
    if ending.taken_by(partial(steering.end_seat, seat=row, actor=request.user)):
        said = _("That %(name)s leaves is on record.") % {"name": row.full_name}
        messages.success(request, said)
        return redirect("committee", row.committee_id)
    return _show(request, row, _form(row), ending)


def _show(
    request: HttpRequest, row: Seat, form: ChangedSeatForm, ending: EndingForm
) -> HttpResponse:
    context = {"seat": row, "committee": row.committee, "form": form, "ending": ending}
    status = max(form.status, ending.status)
    return render(request, "teams/seat.html", context, status=status)


def _form(row: Seat, typed: Any = None) -> ChangedSeatForm:
    return ChangedSeatForm(typed, initial=_known_of(row), rows=[row])


def _kept(request: HttpRequest, pk: int, *, goes_on: bool = False) -> Seat:
    """A seat that may be changed: of a visible committee that one keeps, and not of the past.

    With `goes_on`, an older page may name the one that ended when a post began: the next is meant.
    """
    rows = Seat.objects.visible_to(request.user).select_related("committee__unit")
    row = get_object_or_404(rows, pk=pk)
    if goes_on and (day := seating.ended_on(row)):
        same = rows.filter(committee=row.committee_id, full_name=row.full_name)
        row = same.filter(valid__startswith=day).first() or row
    demand_keeper(request.user, row.committee.unit)
    steering.demand_sitting(row)
    return row


def _known_of(row: Seat) -> dict[str, Any]:
    return {
        "full_name": row.full_name,
        "post": row.post,
        "office": row.office,
        "phone": dialled(row.phone),
        "effective_on": max(clock.today(), row.valid.lower),
    }
