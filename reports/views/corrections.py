"""Corrections of figures that count, and the second pair of eyes on those of locked reports."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from reports import corrections, workflow
from reports.forms import REASON_LIMIT, read_reason
from reports.models import Correction
from reports.views.report import Desk, visible


@open_to(holders_of(Right.CORRECT))
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    report = visible(request, pk)
    desk = Desk(request, report.team, report.period)
    form = desk.typed_form()

    # What was locked was sent on: it changes once somebody else has confirmed it.
    needs_second = workflow.was_locked(report)

    def record() -> None:
        change = corrections.propose if needs_second else workflow.correct
        change(
            report=report,
            values=form.values,
            version=form.version,
            reason=read_reason(request.POST, limit=REASON_LIMIT),
            actor=request.user,
        )

    if refused := desk.attempt(record, form, correcting=True):
        return refused
    said = (
        _("The correction is proposed. It counts once somebody else has confirmed it.")
        if needs_second
        else _("The correction is recorded, and the totals follow.")
    )
    messages.success(request, said)
    return redirect("team-month", report.period.key, report.team_id)


@open_to(holders_of(Right.CORRECT))
@require_POST
def confirm_correction(request: HttpRequest, pk: int) -> HttpResponse:
    correction = _visible(request, pk)
    corrections.confirm(correction=correction, actor=request.user)
    messages.success(request, _("The correction is confirmed, and the totals follow."))
    return _to_report(correction)


@open_to(holders_of(Right.CORRECT))
@require_POST
def reject_correction(request: HttpRequest, pk: int) -> HttpResponse:
    correction = _visible(request, pk)
    reason = read_reason(request.POST, limit=REASON_LIMIT)
    corrections.reject(correction=correction, reason=reason, actor=request.user)
    messages.success(request, _("The correction is rejected; the figures stay as they are."))
    return _to_report(correction)


def _visible(request: HttpRequest, pk: int) -> Correction:
    rows = Correction.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("report__period"), pk=pk)


def _to_report(correction: Correction) -> HttpResponse:
    return redirect("team-month", correction.report.period.key, correction.report.team_id)
