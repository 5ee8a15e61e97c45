"""Consolidated tables: brought, held against their rows and the portal's figures, signed off."""

from calendar import monthrange
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import holders_of, open_to
from accounts.models import User
from accounts.roles import Right
from reports import declared, declared_periods, declared_reasons
from reports.declared_forms import TableForm
from reports.declared_reasons import Difference, may_reconcile
from reports.forms import REASON_LIMIT, read_reason
from reports.models import Declaration, DeclaredReason
from reports.views.month import months_to_pick, period_or_404
from reports.views.overview import OVERSEERS, WITH_TABLES, current_month, units_overseen
from reports.workbooks import DECLARED_MONTH, DECLARED_SPANS
from teams.subjects import Subject
from teams.views.files import file_response
from teams.views.uploads import is_sound, take_in, takes_file
from units import clock, tree
from units.errors import NotAllowed, NotPossibleNow
from units.models import Unit
from units.text import whole_number

RECONCILERS = holders_of(Right.CORRECT)


@open_to(OVERSEERS)
@takes_file
@require_http_methods(["GET", "HEAD", "POST"])
def tables(request: HttpRequest, pk: int) -> HttpResponse:
    """The consolidated tables of a unit, and a form to bring another."""
    unit = get_object_or_404(units_overseen(request.user).filter(level__in=WITH_TABLES), pk=pk)
    may_bring = may_reconcile(request.user, unit)
    months = months_to_pick(request.user, unit.tenant_id)
    form = TableForm(months=months)
    if request.method == "POST":
        if not may_bring:
            raise NotAllowed(_("You do not reconcile the tables of this unit."))
        form = TableForm(request.POST, request.FILES, months=months)
        if is_sound(request, form):
            subject, day = _asked(request.user, unit, form)
            if batch := take_in(form, actor=request.user, subject=subject, unit=unit,
                                effective_on=day, title=form.cleaned_data["title"]):  # fmt: skip
                return redirect("import", batch.pk)
    context = {
        **_path(request.user, unit),
        "tables": declared.tables_of(unit, request.user),
        "form": form if may_bring else None,
    }
    return render(request, "overview/declared_tables.html", context, status=form.status)


def _asked(user: User, unit: Unit, form: TableForm) -> tuple[Subject, date]:
    """What is brought, and the day whose tree it is read by: the last of the period."""
    if span := form.span:
        last = span.months[-1]
        ends_on = date(span.year, last, monthrange(span.year, last)[1])
        return DECLARED_SPANS[span.length], min(ends_on, clock.today())
    year, _dash, month = form.cleaned_data["period"].partition("-")
    return DECLARED_MONTH, period_or_404(user, unit.tenant_id, (int(year), int(month))).ends_on


@open_to(OVERSEERS)
@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _declaration(request.user, pk))


def _show(request: HttpRequest, declaration: Declaration, refusal: str = "") -> HttpResponse:
    unit, user = declaration.unit, request.user
    picture = declared.draw(declaration, user)
    context = {
        **_path(user, unit),
        "picture": picture,
        "may_reconcile": may_reconcile(user, unit),
        "shows_portal": picture.is_compared and request.GET.get("portal") == "1",
        "open": [each for each in picture.differences if each.is_open],
        # What was written, where it was refused.
        "refusal": refusal,
        "text": request.POST.get("reason", ""),
        "tried": [_seen(of)[0] for of in request.POST.getlist("of")],
    }
    status = 409 if refusal else 200
    return render(request, "overview/declared_table.html", context, status=status)


@open_to(OVERSEERS)
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The table and its reconciliation as a workbook."""
    # Half a second of imports that no other page needs.
    from reports.exports import reconciliation_workbook

    declaration = _declaration(request.user, pk)
    content = reconciliation_workbook(declared.draw(declaration, request.user))
    months = declared_periods.of(declaration)
    of = "-".join(f"{each:02}" for each in dict.fromkeys((months.first, months.last)))
    name = f"doi-chieu-{declaration.unit.code}-{declaration.year}-{of}.xlsx"
    return file_response(content, name)


@open_to(RECONCILERS)
@require_POST
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """One reason for all differences that are ticked."""
    declaration = _declaration(request.user, pk)
    seen = dict(map(_seen, request.POST.getlist("of")))
    try:
        text = read_reason(request.POST, limit=REASON_LIMIT)
        declared_reasons.explain(declaration=declaration, seen=seen, text=text, actor=request.user)
    except NotPossibleNow as refusal:
        return _show(request, declaration, refusal.message)
    messages.success(request, _("The reason is noted: somebody else has to sign it off."))
    return _back(declaration, request.user, after=seen, waits=lambda each: each.is_open)


def _seen(of: str) -> tuple[str, int]:
    """The key of a difference, and the version of the reason that was seen of it."""
    key, _colon, version = of.partition(":")
    return key, whole_number(version) or 0


@open_to(RECONCILERS)
@require_POST
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    user = request.user
    rows = DeclaredReason.objects.visible_to(user).select_related("declaration__unit")
    reason = get_object_or_404(rows, pk=pk)
    version, held = (whole_number(request.POST.get(name, "")) for name in ("version", "held"))
    declared_reasons.sign_off(reason=reason, version=version or 0, held=held, actor=user)
    messages.success(request, _("The reason is signed off."))
    key = f"{reason.against}-{reason.column}"
    return _back(reason.declaration, user, after=[key], waits=lambda each: each.waits_for(user))


def _back(
    declaration: Declaration,
    user: User,
    *,
    after: Collection[str],
    waits: Callable[[Difference], bool],
) -> HttpResponse:
    """To the next difference that waits, or else to the last one that was dealt with."""
    told = declared_reasons.differences_of([declaration], user)[declaration.pk]
    at = max((at for at, each in enumerate(told) if each.key in after), default=0)
    onwards = [*told[at + 1 :], *told[: at + 1]]
    waiting = [each.key for each in onwards if waits(each)]
    target = [*waiting, *(each.key for each in told[at : at + 1]), ""][0]
    return redirect(f"{reverse('declared-table', args=[declaration.pk])}#{target}")


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
