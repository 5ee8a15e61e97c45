"""Opening and locking months."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from reports import periods as months
from reports.forms import read_reason
from reports.models import Period

REASON_LIMIT = 250


@open_to(holders_of(Right.PERIODS))
@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    rows = Period.objects.editable_by(request.user).select_related("state_by")
    return render(request, "administration/periods.html", {"periods": rows})


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
