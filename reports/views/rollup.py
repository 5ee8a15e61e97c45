"""How the totals are kept: what waits, what ran, what was wrong, and a rebuild by hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import holders_of, open_to
from accounts.models import User
from accounts.roles import Right
from reports import runs, upkeep
from reports.models import RollupRun
from units.errors import InvalidEntry, NotPossibleNow
from units.models import Tenant

# The nation's staff look, and change nothing.
TOLD_BESIDE_SWEEPS = [RollupRun.Kind.NIGHTLY, RollupRun.Kind.REBUILD, RollupRun.Kind.RESTATING]
OPERATORS = holders_of(Right.PERIODS, or_nation=True)
KEEPERS = holders_of(Right.PERIODS)
Kind = RollupRun.Kind


@open_to(OPERATORS)
@require_safe
def rollup(request: HttpRequest) -> HttpResponse:
    """Every province side by side for the nation's staff; one's own, and a way to rebuild it."""
    if request.user.reads_all_tenants:
        provinces = Tenant.objects.provinces()
        context = {"provinces": upkeep.of(provinces, user=request.user)}
        return render(request, "administration/rollup_of_all.html", context)
    return _show(request)


def _show(request: HttpRequest, refusal: str = "", status: int = 200) -> HttpResponse:
    user = request.user
    mine = _upkeep_of(user)
    context = {
        "upkeep": mine,
        "spans": _spans(user.tenant),
        "others": upkeep.recent(mine, user=user, kinds=TOLD_BESIDE_SWEEPS),
        "sweeps": upkeep.recent(mine, user=user, kinds=[Kind.SWEEP]),
        "refusal": refusal,
    }
    return render(request, "administration/rollup.html", context, status=status)


@open_to(KEEPERS)
@require_POST
def ask_rebuild(request: HttpRequest) -> HttpResponse:
    tenant = request.user.tenant
    span = _spans(tenant).get(request.POST.get("span", ""))
    if span is None:
        why = _("Choose what to rebuild.")
        raise InvalidEntry(why, errors={"span": [why]})
    try:
        run = runs.ask(tenant=tenant, actor=request.user, year=span.year, month=span.month)
    except NotPossibleNow as refusal:
        return _show(request, refusal.message, status=409)
    messages.success(request, _("A rebuild of %(what)s is under way.") % {"what": run.about})
    return redirect("rollup")


@open_to(KEEPERS)
@require_safe
def rebuild_progress(request: HttpRequest) -> HttpResponse:
    """How far the rebuild is; once none is under way, the page is to be loaded anew."""
    mine = _upkeep_of(request.user)
    if not mine.is_under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "administration/_rebuild.html", {"rebuild": mine.rebuild})


def _upkeep_of(user: User) -> upkeep.Upkeep:
    return upkeep.of([user.tenant], user=user)[0]


def _spans(tenant: Tenant) -> dict[str, RollupRun]:
    """What can be rebuilt, by what the form sends: all months, each year, each month."""
    months = list(reversed(runs.months_of(tenant)))
    years = dict.fromkeys(month.year for month in months)
    return {
        "all": RollupRun(),
        **{f"{year}": RollupRun(year=year) for year in years},
        **{month.key: RollupRun(year=month.year, month=month.month) for month in months},
    }
