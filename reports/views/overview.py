"""The overview of a unit: its month, its public services, and the way down to the teams."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.validators import slug_re
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.doors import holders_of, open_to
from accounts.models import User
from accounts.roles import Right
from reports import overview, periods, public_services, restating, stretches
from reports import punctuality as punctual
from reports import why as reasons
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
    unit = _unit(request.user, pk)
    spell = _spell(request, unit, month)
    picture = overview.draw(unit, year=month[0], month=month[1], user=request.user, spell=spell)
    path = tree.path(unit, on=picture.on) or [unit]
    reach = _reach(request)
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
    asked = set(stretches.months_back(*month, 12))
    if reach != Reach.MONTH:
        children = [part.unit for part in picture.parts]
        context["view"] = stretches.view(
            unit, children, reach=reach, year=month[0], month=month[1],
            forms=picture.catalogue, spell=spell, user=request.user,
        )  # fmt: skip
        asked |= context["view"].months
        stretch = context["view"].now.stretch
        context["days"] = stretches.days_of(stretch, unit.tenant_id, request.user)
    if spell and picture.stands:
        context["awaited"] = awaited(unit, asked, spell)
    return render(request, "overview/overview.html", context)


def _spell(request: HttpRequest, unit: Unit, month: Month) -> Spell | None:
    months = Period.objects.visible_to(request.user).filter(year=month[0], month=month[1])
    period = months.filter(tenant_id=unit.tenant_id).first()
    own_day = period.tree_on if period else periods.last_day(*month)
    return restating.spell_of(unit, request.GET.get("tree", ""), on=own_day)


def _reach(request: HttpRequest) -> Reach:
    wanted = request.GET.get("span", "")
    return Reach(wanted) if wanted in Reach.values else Reach.MONTH


def awaited(unit: Unit, months: set[int], spell: Spell) -> int:
    """How many of the months a worker has yet to compute under the spell's tree; it is asked to."""
    at = F("year") * 12 + F("month") - 1
    periods = Period.objects.filter(tenant_id=unit.tenant_id).alias(at=at).filter(at__in=months)
    return len(restating.ask(periods, spell))


def _kept(request: HttpRequest) -> str:
    """What links of the page carry on of tree and span, to stand behind another parameter."""
    kept = {}
    if request.GET.get("tree") == Tree.TODAY:
        kept["tree"] = Tree.TODAY.value
    if (reach := _reach(request)) != Reach.MONTH:
        kept["span"] = reach.value
    return f"&{urlencode(kept)}" if kept else ""


@open_to(OVERSEERS)
@require_safe
def progress(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """What approvals change of the overview: asked for every few seconds, and mostly nothing."""
    unit = _unit(request.user, pk)
    spell = _spell(request, unit, month)
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
        "reach": _reach(request),
        "kept": _kept(request),
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
def why(request: HttpRequest, month: Month, pk: int, code: str) -> HttpResponse:
    """What a number of the overview is made of."""
    unit = _unit(request.user, pk)
    picture = overview.draw(unit, year=month[0], month=month[1], user=request.user)
    if not picture.stands:
        # There it says so, and where the figures are.
        return redirect("overview", picture.key, unit.pk)
    asked = reasons.question(picture, code, rate="rate" in request.GET)
    if asked is None:
        raise Http404
    path = tree.path(unit, on=picture.period.tree_on if picture.period else clock.today())
    context = {
        "account": reasons.account(picture, asked, request.user),
        "picture": picture,
        "unit": unit,
        "month": picture.key,
        "path": path,
        "within_reach": units_overseen(request.user).among(path),
    }
    return render(request, "overview/why.html", context)


def way_back(request: HttpRequest, unit: Unit, month: str) -> str:
    """The address of the number from which somebody came down to a team of the unit, if any."""
    code = request.GET.get("why", "")
    if not slug_re.fullmatch(code) or not units_overseen(request.user).filter(pk=unit.pk).exists():
        return ""
    return reverse("why", args=[month, unit.pk, code]) + (
        "?rate=1" if "rate" in request.GET else ""
    )


@open_to(OVERSEERS)
@require_safe
def download(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """The table below the unit as a workbook: every row, with the parts of every rate."""
    # Half a second of imports that no other page needs.
    from reports.exports import overview_workbook

    unit = _unit(request.user, pk)
    spell = _spell(request, unit, month)
    picture = overview.draw(unit, year=month[0], month=month[1], user=request.user, spell=spell)
    units = f"-units-of-{picture.on}" if picture.is_restated else ""
    return _workbook(overview_workbook(picture), f"cnscd-{unit.code}-{picture.key}{units}.xlsx")


@open_to(OVERSEERS)
@follows_month_picker
@require_safe
def punctuality(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """Who reported in time over twelve months: a calendar of the parts of a unit."""
    unit = _unit(request.user, pk)
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

    unit = _unit(request.user, pk)
    drawn = punctual.draw(unit, year=month[0], month=month[1], user=request.user)
    name = f"cnscd-{unit.code}-{month[0]}-{month[1]:02}-punctuality.xlsx"
    return _workbook(punctuality_workbook(drawn), name)


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def units_overseen(user: User) -> Any:
    return Unit.objects.ever_visible_to(user).read_within(user, user.unit_ids_with(Right.OVERVIEW))


def _unit(user: User, pk: int) -> Unit:
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
