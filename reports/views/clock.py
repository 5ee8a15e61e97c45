"""The calendar of a province, its days off, and more time for a commune or a team."""

from datetime import date
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import holders_of, open_to
from accounts.models import User
from accounts.roles import Right
from reports import extensions, schedule
from reports.clock_forms import CalendarForm, DayOffForm, ExtensionForm
from reports.models import Extension, Holiday, OwnHoliday, Period
from teams.models import Team
from units import clock
from units.models import Level, Unit
from units.querysets import UnitQuerySet
from units.text import whole_number

KEEPERS = holders_of(Right.PERIODS)


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    tenant = request.user.tenant
    form = CalendarForm(
        _sent(request),
        months=schedule.months_to_choose(tenant),
        initial=CalendarForm.initial_of(schedule.Calendars(tenant).newest),
    )
    choose = partial(schedule.choose_calendar, tenant=tenant, actor=request.user)
    if request.method == "POST" and form.taken_by(choose):
        messages.success(request, _("Months from %(month)s on follow it.") % {"month": form.made})
        return redirect("periods")
    context = {"form": form, "calendars": schedule.calendars_of(tenant)}
    return render(request, "administration/calendar.html", context, status=_status(form))


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def days_off(request: HttpRequest) -> HttpResponse:
    tenant = request.user.tenant
    form = DayOffForm(_sent(request))
    if request.method == "POST" and form.taken_by(
        partial(schedule.set_day, tenant=tenant, actor=request.user)
    ):
        messages.success(request, _("The day is noted. Months not yet opened follow it."))
        return redirect("days-off")
    year = clock.today().year
    since, until = date(year, 1, 1), date(year + 1, 12, 31)
    context = {
        "form": form,
        "own": OwnHoliday.objects.visible_to(request.user).filter(tenant=tenant, on__gte=since),
        "national": Holiday.objects.visible_to(request.user).filter(on__range=(since, until)),
        "settled_until": schedule.settled_until(),
    }
    return render(request, "administration/days_off.html", context, status=_status(form))


@open_to(KEEPERS)
@require_POST
def forget_day(request: HttpRequest, pk: int) -> HttpResponse:
    own = OwnHoliday.objects.visible_to(request.user).filter(tenant=request.user.tenant)
    schedule.forget_day(day=get_object_or_404(own, pk=pk), actor=request.user)
    messages.success(request, _("The day is what the country says of it."))
    return redirect("days-off")


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_extension(request: HttpRequest) -> HttpResponse:
    """For a commune that is chosen here, or for the team that the address names."""
    user = request.user
    team = _team_asked_for(request)
    months = Period.objects.editable_by(user).exclude(state=Period.State.UNOPENED)
    asked = {name: request.GET.get(name, "") for name in ("period", "unit")}
    form = ExtensionForm(
        _sent(request),
        periods=months,
        units=None if team else _communes(user),
        initial={name: whole_number(text) for name, text in asked.items()},
    )
    extend = partial(extensions.extend, actor=user, team=team)
    if request.method == "POST" and form.taken_by(
        partial(extend, unit=team.unit) if team else extend
    ):
        said = {"who": form.made.team or form.made.unit, "day": clock.written(form.made.until)}
        messages.success(request, _("%(who)s has time until %(day)s.") % said)
        return redirect("periods")
    context = {"form": form, "team": team}
    return render(request, "administration/new_extension.html", context, status=_status(form))


@open_to(KEEPERS)
@require_POST
def end_extension(request: HttpRequest, pk: int) -> HttpResponse:
    extension = get_object_or_404(Extension.objects.visible_to(request.user), pk=pk)
    extensions.end(extension=extension, actor=request.user)
    messages.success(request, _("This is taken back."))
    return redirect("periods")


def _team_asked_for(request: HttpRequest) -> Team | None:
    if not (asked := request.GET.get("team")):
        return None
    teams = Team.objects.visible_to(request.user).select_related("unit")
    return get_object_or_404(teams, pk=whole_number(asked) or 0)


def _communes(user: User) -> UnitQuerySet:
    today = clock.today()
    kept = Unit.objects.visible_to(user).within(user.unit_ids_with(Right.PERIODS), on=today)
    communes = kept.filter(level=Level.COMMUNE, valid__contains=today)
    return communes.with_parent_name(on=today).order_by("parent_code", "code")


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was typed; None where the form is only looked at."""
    return request.POST if request.method == "POST" else None


def _status(form: CalendarForm | DayOffForm | ExtensionForm) -> int:
    return 422 if form.errors else 200
