"""Opening and locking months."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from reports import corrections, schedule, spans
from reports import periods as months
from reports.forms import read_reason
from reports.models import Extension, Period
from units import clock

REASON_LIMIT = 250
EXTENSIONS_SHOWN = 50


@open_to(holders_of(Right.PERIODS))
@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    user = request.user
    rows = list(Period.objects.editable_by(user).select_related("state_by"))
    year = rows[0].year if rows else clock.today().year
    by = schedule.Calendars(user.tenant).of(year, 12)
    given = Extension.objects.visible_to(user).with_last_on()
    context = {
        "periods": rows,
        "calendar": by,
        "year": year,
        "windows": spans.windows(year, rows, has_nine_months=by.has_nine_months),
        "extensions": given.select_related("period", "unit", "team", "by")[:EXTENSIONS_SHOWN],
        "corrections": corrections.waiting_for(user),
    }
    return render(request, "administration/periods.html", context)


@open_to(holders_of(Right.PERIODS))
@require_POST
def hold_period(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the schedule of a month, or let it go on."""
    period = get_object_or_404(Period.objects.editable_by(request.user), pk=pk)
    schedule.hold(period=period, is_held=bool(request.POST.get("held")), actor=request.user)
    said = (
        _("Month %(month)s opens and locks by hand only.")
        if period.is_held
        else _("Month %(month)s follows its schedule again.")
    )
    messages.success(request, said % {"month": period})
    return redirect("periods")


@open_to(holders_of(Right.PERIODS))
@require_POST
def open_period(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(Period.objects.editable_by(request.user), pk=pk)
    reason = read_reason(request.POST, limit=REASON_LIMIT)
    months.open_period(period=period, actor=request.user, reason=reason)
    messages.success(request, _("Month %(month)s is open.") % {"month": period})
    return redirect("periods")


@open_to(holders_of(Right.PERIODS))
@require_POST
def lock_period(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(Period.objects.editable_by(request.user), pk=pk)
    reason = read_reason(request.POST, limit=REASON_LIMIT)
    months.lock_period(period=period, actor=request.user, reason=reason)
    messages.success(request, _("Month %(month)s is locked.") % {"month": period})
    return redirect("periods")
