"""The overview of a unit: its month, its public services, and the way down to the teams."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.doors import holders_of, open_to
from accounts.models import User
from accounts.roles import Right
from reports import month_numbers, overview, periods, public_services, restating, stretches
from reports import punctuality as punctual
from reports.addresses import follows_month_picker
from reports.models import Indicator, Period
from reports.restating import Tree
from reports.stretches import Reach
from units import clock, lineage, tree
from units.lineage import Spell
from units.models import Level, Unit

Month = tuple[int, int]
OVERSEERS = holders_of(Right.OVERVIEW)
# Whose parts send figures that somebody adds up in a table.
WITH_TABLES = (Level.PROVINCE, Level.DISTRICT)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@open_to(OVERSEERS)
@require_safe
def top(request: HttpRequest) -> HttpResponse:
    """The overview of the widest unit that the person oversees, of the current month."""
    unit_id = request.user.unit_ids_with(Right.OVERVIEW)[0]
    return redirect("overview", current_month(request.user), unit_id)


@open_to(OVERSEERS)
@follows_month_picker
@require_safe
def unit_overview(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    unit = overseen_unit(request.user, pk)
    spell = spell_asked(request, unit, month)
    picture = overview.draw(unit, year=month[0], month=month[1], user=request.user, spell=spell)
    path = tree.path(unit, on=picture.on) or [unit]
    reach = reach_asked(request)
    context = {
        **_figures(request, picture),
        "months": _months(request.user),
        "path": path,
        "within_reach": units_overseen(request.user).among(path),
        "has_services": unit.level == Level.PROVINCE,
        "has_trees": restating.has_trees(unit),
        "stands_otherwise": (picture.own_day if spell else clock.today()) in unit.valid,
        "trees": Tree.choices,
        "reaches": Reach.choices,
        "has_tables": unit.level in WITH_TABLES,
        **kin(picture, within=units_overseen(request.user)),
    }
    if reach != Reach.MONTH:
        children = [part.unit for part in picture.parts]
        context["view"] = stretches.view(
            unit, children, reach=reach, year=month[0], month=month[1],
            forms=picture.catalogue, spell=spell, user=request.user,
        )  # fmt: skip
        stretch = context["view"].now.stretch
        context["days"] = stretches.days_of(stretch, unit.tenant_id, request.user)
    if spell and picture.stands:
        context["awaited"] = len(restating.ask(periods_shown(unit, month, reach), spell))
    return render(request, "overview/overview.html", context)


def spell_asked(request: HttpRequest, unit: Unit, month: Month) -> Spell | None:
    months = Period.objects.visible_to(request.user).filter(year=month[0], month=month[1])
    period = months.filter(tenant_id=unit.tenant_id).first()
    own_day = period.tree_on if period else periods.last_day(*month)
    return restating.spell_of(unit, request.GET.get("tree", ""), on=own_day)


def reach_asked(request: HttpRequest) -> Reach:
    wanted = request.GET.get("span", "")
    return Reach(wanted) if wanted in Reach.values else Reach.MONTH


def periods_shown(unit: Unit, month: Month, reach: Reach) -> Iterable[Period]:
    """The months of which a page of this month and reach shows something."""
    at = F("year") * 12 + F("month") - 1
    periods = Period.objects.filter(tenant_id=unit.tenant_id).alias(at=at)
    if reach == Reach.CUMULATIVE:
        return periods.filter(at__lte=month_numbers.month_of(*month))
    return periods.filter(at__in=stretches.months_shown(reach, *month))


def carried(request: HttpRequest) -> dict[str, str]:
    """What links of the page carry on of tree and span: behind another parameter, alone, and of the
    tree alone, where a link leads to one month."""
    tree_kept, kept = {}, {}
    if request.GET.get("tree") == Tree.TODAY:
        tree_kept = {"tree": Tree.TODAY.value}
    if (reach := reach_asked(request)) != Reach.MONTH:
        kept = {"span": reach.value}
    said, of_month = urlencode(tree_kept | kept), urlencode(tree_kept)
    return {
        "kept": f"&{said}" if said else "",
        "kept_alone": f"?{said}" if said else "",
        "kept_of_month": f"?{of_month}" if of_month else "",
    }


def at_unit(picture: overview.Picture) -> str:
    """What leads back from a team that stands on another unit's page than in the month's tree."""
    return f"&tree={Tree.TODAY.value}&at={picture.unit.pk}" if picture.spell else ""


@open_to(OVERSEERS)
@require_safe
def progress(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """What approvals change of the overview: asked for every few seconds, and mostly nothing. Where
    the page waits for months, how many are left; once none is, it is to be loaded anew."""
    unit = overseen_unit(request.user, pk)
    spell = spell_asked(request, unit, month)
    if spell and "awaited" in request.GET:
        awaited = len(restating.lacking(periods_shown(unit, month, reach_asked(request)), spell))
        if not awaited:
            return HttpResponse(headers={"HX-Refresh": "true"})
        context = {"awaited": awaited, "unit": unit, "month": f"{month[0]}-{month[1]:02}"}
        return render(request, "overview/_awaited.html", context | carried(request))
    computed_at = overview.computed_at(
        unit, year=month[0], month=month[1], user=request.user, spell=spell
    )
    if computed_at and f"{computed_at.timestamp():.6f}" == request.GET.get("since"):
        return HttpResponse(status=204)
    picture = overview.draw(unit, year=month[0], month=month[1], user=request.user, spell=spell)
    return render(request, "overview/_refreshed.html", _figures(request, picture))


def _figures(request: HttpRequest, picture: overview.Picture) -> dict[str, Any]:
    section, shown = _section(request, picture), _figure(request, picture)
    year, month = map(int, picture.key.split("-"))
    trend = stretches.trend(
        picture.unit, shown, year=year, month=month, user=request.user, spell=picture.spell
    )
    return {
        "picture": picture,
        "unit": picture.unit,
        "month": picture.key,
        "section_shown": section,
        "indicators": picture.catalogue.indicators_of(section),
        "shown": shown,
        "tree": Tree.TODAY if picture.spell else Tree.MONTH,
        "reach": reach_asked(request),
        **carried(request),
        "kept_at": at_unit(picture),
        "trend": trend,
        "trend_series": {
            "labels": [label for label, _value, _whole in trend],
            "values": [value for _label, value, _whole in trend],
            "provisional": [
                value is not None and not whole.is_final for _label, value, whole in trend
            ],
        },
        "since": f"{picture.sum.computed_at.timestamp():.6f}" if picture.sum.computed_at else "",
    }


@open_to(OVERSEERS)
@require_safe
def services(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(units_overseen(request.user).filter(level=Level.PROVINCE), pk=pk)
    path = tree.path(unit, on=clock.today())
    context = {
        "unit": unit,
        "families": public_services.families(unit, request.user),
        "path": path,
        "within_reach": units_overseen(request.user).among(path),
        "month": current_month(request.user),
    }
    return render(request, "overview/services.html", context)


@open_to(OVERSEERS)
@require_safe
def download(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """The table below the unit as a workbook: every row, with the parts of every rate."""
    # Half a second of imports that no other page needs.
    from reports.exports import overview_workbook

    unit = overseen_unit(request.user, pk)
    spell = spell_asked(request, unit, month)
    picture = overview.draw(unit, year=month[0], month=month[1], user=request.user, spell=spell)
    units = f"-units-of-{picture.on}" if picture.is_restated else ""
    return workbook(overview_workbook(picture), f"cnscd-{unit.code}-{picture.key}{units}.xlsx")


@open_to(OVERSEERS)
@follows_month_picker
@require_safe
def punctuality(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """Who reported in time over twelve months: a calendar of the parts of a unit."""
    unit = overseen_unit(request.user, pk)
    drawn = punctual.draw(unit, year=month[0], month=month[1], user=request.user)
    path = tree.path(unit, on=clock.today())
    context = {
        "unit": unit,
        "month": f"{month[0]}-{month[1]:02}",
        "calendar": drawn,
        "months": _months(request.user),
        "path": path,
        "within_reach": units_overseen(request.user).among(path),
    }
    return render(request, "overview/punctuality.html", context)


@open_to(OVERSEERS)
@require_safe
def download_punctuality(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """The same as a workbook: a row for each part and month."""
    from reports.exports import punctuality_workbook

    unit = overseen_unit(request.user, pk)
    drawn = punctual.draw(unit, year=month[0], month=month[1], user=request.user)
    name = f"cnscd-{unit.code}-{month[0]}-{month[1]:02}-punctuality.xlsx"
    return workbook(punctuality_workbook(drawn), name)


def workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def units_overseen(user: User) -> Any:
    return Unit.objects.ever_visible_to(user).read_within(user, user.unit_ids_with(Right.OVERVIEW))


def overseen_unit(user: User, pk: int) -> Unit:
    return get_object_or_404(units_overseen(user).exclude(level=Level.HAMLET), pk=pk)


def kin(picture: overview.Picture, *, within: Any) -> dict[str, Any]:
    """What a unit that is shown in a month came of since, and what became of it."""
    came_of = lineage.came_of(picture.unit, after=picture.own_day)
    became = lineage.became(picture.unit)
    units = [each.unit for each in (*came_of, *became)]
    return {
        "came_of": came_of,
        "became": became,
        "stood_until": picture.unit.valid.upper - timedelta(days=1) if became else None,
        "kin_within_reach": within.among(units) if units else set(),
    }


def current_month(user: User) -> str:
    """The month that an overview opens with; the nation's staff have none of their own."""
    period = periods.current(user.tenant)
    if period:
        return period.key
    return f"{clock.today():%Y-%m}"


def _months(user: User) -> list[str]:
    """The months that can be chosen, the newest first, each once however many provinces."""
    rows = Period.objects.visible_to(user).to_pick(clock.today())
    return list(dict.fromkeys(period.key for period in rows))[:24]


def _figure(request: HttpRequest, picture: overview.Picture) -> Indicator:
    """The figure whose twelve months are shown: the one asked for, or the first headline."""
    by_code = {each.code: each for each in picture.catalogue.indicators}
    return by_code.get(request.GET.get("figure", ""), picture.catalogue.headlines[0])


def _section(request: HttpRequest, picture: overview.Picture) -> Any:
    wanted = request.GET.get("section")
    sections = picture.catalogue.sections
    return next((each for each in sections if each.code == wanted), sections[0])
