"""The steering committees of an area, and one committee: its people, its name and its end."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import holders_of, open_to
from accounts.models import User
from accounts.roles import Right
from teams import oversight, seating, steering
from teams.committee_exports import seats_file
from teams.committee_forms import (
    ChangedCommitteeForm,
    CommitteeFilter,
    EndingForm,
    NewCommitteeForm,
)
from teams.forms import DayForm
from teams.models import Committee, Seat
from teams.registry import demand_keeper
from teams.steering import NewCommittee
from teams.views import areas
from teams.views.files import file_response, kind_asked
from units import clock, tree
from units.models import Unit
from units.querysets import UnitQuerySet

PAGE = 50
OVERSEERS = holders_of(Right.OVERVIEW, Right.ROSTER)
KEEPERS = holders_of(Right.ROSTER)
ONE_DAY = timedelta(days=1)


@open_to(OVERSEERS)
@require_safe
def committees(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    area = _area(request.user)
    units = asked.units(area).with_parent_name(on=asked.day)
    page = Paginator(units.order_by("level", "parent_code", "code"), PAGE).get_page(
        request.GET.get("page")
    )
    coverage = oversight.coverage(asked.area(area), on=asked.day)
    context = {
        "page": page,
        "rows": oversight.table(list(page), on=asked.day, words=asked.words),
        "asked": asked,
        "unit": asked.asked("unit"),
        "query": f"{asked.query}&",
        "parts": areas.offered(request.user, asked),
        "coverage": coverage if sum(each.units for each in coverage) > 1 else [],
        "kept": Unit.objects.within(request.user.unit_ids_with(Right.ROSTER)).among(page),
    }
    return render(request, "teams/committees.html", context)


@open_to(OVERSEERS)
@require_safe
def export_committees(request: HttpRequest) -> HttpResponse:
    """Who sits in the committees that the page shows, as a file."""
    asked = _asked(request)
    asked.demand_day()
    kind = kind_asked(request)
    seats = asked.seats(Seat.objects.visible_to(request.user), _area(request.user))
    content = seats_file(
        seats, kind, asked=asked.kept, unit=asked.asked("unit"), actor=request.user
    )
    return file_response(content, f"to-chi-dao-{asked.day:%Y-%m-%d}.{kind}")


@open_to(OVERSEERS)
@require_safe
def committee(request: HttpRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    asked = DayForm(request.GET, otherwise=_usual_day(row))
    on = asked.day
    path = tree.path(row.unit, on=clock.today())
    people = list(Seat.objects.current_on(on).filter(committee=row).in_order())
    keeps = request.user.may(Right.ROSTER, row.unit)
    context = {
        "committee": row,
        "people": people,
        "changeable": {seat.pk for seat in people if keeps and not seating.ended_on(seat)},
        "asked": asked,
        "query": f"{urlencode(_of_itself(row, on))}&",
        "path": path,
        "within_reach": _area(request.user).among(path),
        "keeps": keeps,
        "stands": not seating.ended_on(row),
        "may_withdraw": keeps and not row.seats.exists(),
    }
    return render(request, "teams/committee.html", context)


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_committee(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(_area(request.user), pk=pk)
    demand_keeper(request.user, unit)
    steering.demand_steered(unit)
    form = NewCommitteeForm(
        request.POST if request.method == "POST" else None,
        initial={"name": steering.usual_name(unit), "since": clock.today()},
    )

    def set_up(**typed: Any) -> Committee:
        return steering.set_up(new=NewCommittee(unit=unit, **typed), actor=request.user)

    if form.taken_by(set_up):
        messages.success(request, _("The committee is set up: now say who sits in it."))
        return redirect("committee", form.made.pk)
    context = {"form": form, "unit": unit}
    status = 422 if form.errors else 200
    return render(request, "teams/new_committee.html", context, status=status)


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_committee(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    form = _form(row, request.POST if request.method == "POST" else None)
    if form.taken_by(partial(steering.amend, committee=row, actor=request.user)):
        messages.success(request, _("The name and the decision are saved."))
        return redirect("committee", row.pk)
    return _show_edit(request, row, form, EndingForm(initial={"until": clock.today()}))


@open_to(KEEPERS)
@require_POST
def end_committee(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    ending = EndingForm(request.POST)
    if ending.taken_by(partial(steering.end, committee=row, actor=request.user)):
        messages.success(request, _("The end of “%(name)s” is on record.") % {"name": row.name})
        return redirect("committee", row.pk)
    return _show_edit(request, row, _form(row), ending)


@open_to(KEEPERS)
@require_POST
def withdraw_committee(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    steering.withdraw(committee=row, actor=request.user)
    said = _("“%(name)s” is taken back, as if %(unit)s had never had it.")
    messages.success(request, said % {"name": row.name, "unit": row.unit.name})
    return redirect("committees")


def _show_edit(
    request: HttpRequest, row: Committee, form: ChangedCommitteeForm, ending: EndingForm
) -> HttpResponse:
    seats = Seat.objects.current_on(clock.today())
    context = {
        "committee": row,
        "form": form,
        "ending": ending,
        "people": seats.filter(committee=row).count(),
        "stands": not seating.ended_on(row),
    }
    status = max(form.status, ending.status)
    return render(request, "teams/edit_committee.html", context, status=status)


def _form(row: Committee, typed: Any = None) -> ChangedCommitteeForm:
    return ChangedCommitteeForm(typed, initial=_known_of(row), rows=[row])


# -- What is asked for ----------------------------------------------------------------------------


def _asked(request: HttpRequest) -> CommitteeFilter:
    areas.demand_within(request, _area(request.user))
    return CommitteeFilter(request.GET, request.user)


def _area(user: User) -> UnitQuerySet:
    """The units over which the person holds a role; to lead a team is no such role."""
    return Unit.objects.visible_to(user).within(user.area_ids)


def _visible(request: HttpRequest, pk: int) -> Committee:
    rows = Committee.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("unit"), pk=pk)


def _kept(request: HttpRequest, pk: int) -> Committee:
    row = _visible(request, pk)
    demand_keeper(request.user, row.unit)
    return row


def _usual_day(row: Committee) -> date:
    """Today; the last day of one that has ended, and the first of one that is still to come."""
    today = clock.today()
    if row.valid.upper and row.valid.upper <= today:
        return row.valid.upper - ONE_DAY
    return max(today, row.valid.lower)


def _of_itself(row: Committee, on: date) -> dict[str, Any]:
    """What the list is asked for the one committee and nothing below its unit."""
    return {"unit": row.unit_id, "level": row.unit.level, "on": f"{on:%d/%m/%Y}"}


def _known_of(row: Committee) -> dict[str, Any]:
    return {
        "name": row.name,
        "decision_number": row.decision_number,
        "decided_on": row.decided_on,
    }
