"""Consolidated tables: brought, held against their rows and the portal's figures, signed off."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import holders_of, open_to
from accounts.models import User
from accounts.roles import Right
from reports import declared
from reports.declared_forms import TableForm
from reports.forms import REASON_LIMIT, read_reason
from reports.models import Declaration, DeclaredReason
from reports.views.month import months_to_pick, period_or_404
from reports.views.overview import OVERSEERS, WITH_TABLES, current_month, units_overseen
from reports.workbooks import DECLARED_MONTH, DECLARED_YEAR
from teams.subjects import Subject
from teams.views.files import file_response
from teams.views.uploads import is_sound, take_in, takes_file
from units import clock, tree
from units.errors import NotAllowed
from units.models import Unit
from units.text import whole_number

RECONCILERS = holders_of(Right.CORRECT)


@open_to(OVERSEERS)
@takes_file
@require_http_methods(["GET", "HEAD", "POST"])
def tables(request: HttpRequest, pk: int) -> HttpResponse:
    """The consolidated tables of a unit, and a form to bring another."""
    unit = get_object_or_404(units_overseen(request.user).filter(level__in=WITH_TABLES), pk=pk)
    may_bring = declared.may_reconcile(request.user, unit)
    months = months_to_pick(request.user, unit.tenant_id)
    form = TableForm(months=months)
    if request.method == "POST":
        if not may_bring:
            raise NotAllowed(_("You do not reconcile the tables of this unit."))
        form = TableForm(request.POST, request.FILES, months=months)
        if is_sound(request, form):
            subject, day = _asked(request.user, unit, form.cleaned_data["period"])
            if batch := take_in(form, actor=request.user, subject=subject, unit=unit,
                                effective_on=day):  # fmt: skip
                return redirect("import", batch.pk)
    context = {
        **_path(request.user, unit),
        "tables": declared.tables_of(unit, request.user),
        "form": form if may_bring else None,
    }
    return render(request, "overview/declared_tables.html", context, status=form.status)


def _asked(user: User, unit: Unit, period: str) -> tuple[Subject, date]:
    """What is brought, and the day whose tree it is read by: the last of the period."""
    year, _dash, month = period.partition("-")
    if month:
        return DECLARED_MONTH, period_or_404(user, unit.tenant_id, (int(year), int(month))).ends_on
    return DECLARED_YEAR, min(date(int(year), 12, 31), clock.today())


@open_to(OVERSEERS)
@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    declaration = _declaration(request.user, pk)
    unit = declaration.unit
    context = {
        **_path(request.user, unit),
        "picture": declared.draw(declaration, request.user),
        "may_reconcile": declared.may_reconcile(request.user, unit),
    }
    return render(request, "overview/declared_table.html", context)


@open_to(OVERSEERS)
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The table and its reconciliation as a workbook."""
    # Half a second of imports that no other page needs.
    from reports.exports import reconciliation_workbook

    declaration = _declaration(request.user, pk)
    content = reconciliation_workbook(declared.draw(declaration, request.user))
    month = f"-{declaration.month:02}" if declaration.month else ""
    name = f"doi-chieu-{declaration.unit.code}-{declaration.year}{month}.xlsx"
    return file_response(content, name)


@open_to(RECONCILERS)
@require_POST
def explain(request: HttpRequest, pk: int, column: str) -> HttpResponse:
    declaration = _declaration(request.user, pk)
    declared.explain(
        declaration=declaration,
        column=column,
        text=read_reason(request.POST, limit=REASON_LIMIT),
        version=_version(request),
        actor=request.user,
    )
    messages.success(request, _("The reason is noted: somebody else has to sign it off."))
    return redirect("declared-table", declaration.pk)


@open_to(RECONCILERS)
@require_POST
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    rows = DeclaredReason.objects.visible_to(request.user).select_related("declaration__unit")
    reason = get_object_or_404(rows, pk=pk)
    declared.sign_off(reason=reason, version=_version(request), actor=request.user)
    messages.success(request, _("The reason is signed off."))
    return redirect("declared-table", reason.declaration_id)


def _version(request: HttpRequest) -> int:
    return whole_number(request.POST.get("version", "")) or 0


def _declaration(user: User, pk: int) -> Declaration:
    rows = Declaration.objects.visible_to(user).select_related("unit", "batch__committed_by")
    return get_object_or_404(rows, pk=pk)


def _path(user: User, unit: Unit) -> dict[str, Any]:
    path = tree.path(unit, on=clock.today())
    return {
        "unit": unit,
        "path": path,
        "within_reach": units_overseen(user).among(path),
        "month": current_month(user),
    }
