"""The steps of one report, and corrections of what already counts."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from reports import workflow
from reports.catalogue import of_form
from reports.forms import MonthForm
from reports.models import Report
from units.errors import InvalidFigures


@open_to(holders_of(Right.FILL, Right.REVIEW))
@require_POST
def take_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    report = _visible(request, pk)
    if name not in workflow.STEPS or not workflow.STEPS[name].by_hand:
        raise Http404
    workflow.apply(
        report,
        name,
        actor=request.user,
        version=_number(request.POST.get("version", "")),
        key=_key(request.POST.get("key", "")),
        reason=request.POST.get("reason", ""),
    )
    messages.success(
        request,
        _("The report of %(team)s is %(done)s.")
        % {"team": report.team, "done": workflow.STEPS[name].said},
    )
    return redirect("team-month", report.period.key, report.team_id)


@open_to(holders_of(Right.CORRECT))
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, pk)
    form = MonthForm.typed(request.POST, of_form(report.form), {})
    if not form.errors:
        try:
            workflow.correct(
                report=report,
                values=form.values,
                version=form.version,
                reason=request.POST.get("reason", ""),
                actor=request.user,
            )
            messages.success(request, _("The correction is recorded, and the totals follow."))
            return redirect("team-month", report.period.key, report.team_id)
        except InvalidFigures as refusal:
            form.refuse(refusal.errors)
    context = {
        "team": report.team,
        "period": report.period,
        "report": report,
        "form": form,
        "correcting": True,
        "reason": request.POST.get("reason", ""),
        "key": uuid4(),
    }
    return render(request, "months/team_month.html", context, status=422)


def _visible(request: HttpRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user).select_related(
        "period", "unit", "team", "form", "updated_by"
    )
    return get_object_or_404(rows, pk=pk)


def _number(text: str) -> int:
    """A version as the page sent it; one that is none is nobody's version."""
    return int(text) if text.isdigit() else -1


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
