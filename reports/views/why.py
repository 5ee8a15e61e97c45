"""Why a number of the overview is what it is: the pages down to the teams, and who is missing."""

from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.doors import open_to
from reports import lacking, overview, restating, why_months
from reports import why as reasons
from reports.catalogue import Catalogue
from reports.models import Report
from reports.overview import Picture
from reports.stretches import Reach
from reports.trace import Trail, trails
from reports.views.overview import (
    OVERSEERS,
    Month,
    at_unit,
    carried,
    overseen_unit,
    periods_shown,
    reach_asked,
    spell_asked,
    units_overseen,
    workbook,
)
from units import tree
from units.models import Unit
from units.text import whole_number


@open_to(OVERSEERS)
@require_safe
def why(request: HttpRequest, month: Month, pk: int, code: str) -> HttpResponse:
    """What a number of the overview is made of: a month's of parts, a longer span's of months."""
    picture, asked = _asked(request, month, pk, code)
    unit, reach, spell = picture.unit, reach_asked(request), picture.spell
    if not picture.stands:  # There it says so, and where the figures are.
        return redirect("overview", picture.key, unit.pk)
    path = tree.path(unit, on=picture.on) or [unit]
    context = {
        "asked": asked,
        "picture": picture,
        "unit": unit,
        "month": picture.key,
        "path": path,
        "within_reach": units_overseen(request.user).among(path),
        "has_trees": restating.has_trees(unit),
        "lists_missing": lacking.can_be_listed(picture, asked),
        **carried(request),
        "kept_at": at_unit(picture),
    }
    if spell:
        context["awaited"] = len(restating.ask(periods_shown(unit, month, reach), spell))
    if reach != Reach.MONTH:
        context["span"] = why_months.account(picture, asked, reach, request.user)
    elif not picture.is_awaited:
        context["account"] = reasons.account(picture, asked, request.user)
        context["beside"] = why_months.beside(picture, asked, request.user)
    return render(request, "overview/why.html", context)


@open_to(OVERSEERS)
@require_safe
def download_missing(request: HttpRequest, month: Month, pk: int, code: str) -> HttpResponse:
    """Every team below the unit that is missing in the number, as a workbook."""
    # Half a second of imports that no other page needs.
    from reports.exports import missing_workbook

    picture, asked = _asked(request, month, pk, code)
    if not lacking.can_be_listed(picture, asked):
        raise Http404
    rows = lacking.teams(picture, asked, request.user)
    name = f"cnscd-{picture.unit.code}-{picture.key}-{asked.code}-missing.xlsx"
    return workbook(missing_workbook(picture, asked, rows), name)


def _asked(
    request: HttpRequest, month: Month, pk: int, code: str
) -> tuple[Picture, reasons.Question]:
    unit = overseen_unit(request.user, pk)
    spell = spell_asked(request, unit, month)
    picture = overview.draw(unit, year=month[0], month=month[1], user=request.user, spell=spell)
    asked = reasons.question(picture, code, rate="rate" in request.GET)
    if asked is None or (asked.is_census and reach_asked(request) != Reach.MONTH):
        raise Http404
    return picture, asked


def way_back(request: HttpRequest, home: Unit, month: str) -> str:
    """The address of the number from which somebody came down to a team of the unit, if any; under
    another tree the team is found at another unit, which then is named."""
    code = request.GET.get("why", "")
    pk = whole_number(request.GET.get("at", "")) or home.pk
    if not slug_re.fullmatch(code) or not units_overseen(request.user).filter(pk=pk).exists():
        return ""
    kept = carried(request)
    query = f"?rate=1{kept['kept']}" if "rate" in request.GET else kept["kept_alone"]
    return reverse("why", args=[month, pk, code]) + query


def marked_trails(request: HttpRequest, report: Report, catalogue: Catalogue) -> dict[str, Trail]:
    """How the figures came to be that somebody followed to this report, by code."""
    code = request.GET.get("why", "")
    codes = [code]
    if "rate" in request.GET:
        pairs = [each for each in catalogue.ratios if each.code == code]
        codes = [part.code for each in pairs for part in (each.numerator, each.denominator)]
    return trails([report], codes, catalogue.checks)[report.pk]
