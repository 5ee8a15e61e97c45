"""The month of a commune, and the month of one of its teams."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.doors import holders_of, open_to
from accounts.models import User
from accounts.roles import Right
from reports import catalogue, overview, periods, trace, workflow
from reports.catalogue import Catalogue
from reports.addresses import follows_month_picker
from reports.figures import Values
from reports.forms import MonthForm
from reports.models import Period, Report, Status
from teams.models import Team
from units import clock, tree
from units.errors import InvalidFigures, NotPossibleNow, StaleEdit
from units.models import Level, Unit

Month = tuple[int, int]
WORKERS = holders_of(Right.FILL, Right.REVIEW)


@open_to(WORKERS)
def this_month(request: HttpRequest) -> HttpResponse:
    """Where the person's work of the current month is."""
    period = periods.current(request.user.tenant)
    if period is None:
        return render(request, "months/none.html")
    led = list(Team.objects.visible_to(request.user)[:2])
    if not request.user.holds(Right.REVIEW) and len(led) == 1:
        return redirect("team-month", period.key, led[0].pk)
    return redirect("unit-month", period.key, request.user.held_grants[0].unit_id)


@open_to(WORKERS)
@follows_month_picker
def unit_month(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """Each team of a unit with its state, and what is waiting for whom."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    period = _period(request.user, unit.tenant_id, month)
    picture = overview.draw(unit, year=period.year, month=period.month, user=request.user)
    context = {
        "picture": picture,
        "unit": unit,
        "period": period,
        "months": _months(request.user, unit.tenant_id),
        "path": tree.path(unit, on=period.tree_on),
        "counts": _count(picture.teams),
        "closed": "" if period.is_open else periods.why_closed(period),
        "may_fill": request.user.holds(Right.FILL),
        "may_review": request.user.may(Right.REVIEW, unit),
    }
    return render(request, "months/unit_month.html", context)


@open_to(WORKERS)
@follows_month_picker
def team_month(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """One team's report: a form while it can be written, a document otherwise."""
    team = get_object_or_404(
        Team.objects.visible_to(request.user).select_related("unit", "tenant"), pk=pk
    )
    period = _period(request.user, team.tenant_id, month)
    forms = catalogue.of_year(period.year)
    report = _report(request.user, team, period, forms)
    if request.method == "POST":
        return _save(request, team, period, report, forms)
    form = MonthForm.of(report, forms, _last_month(request.user, team, period))
    return _show(request, team, period, report, form)


def _save(
    request: HttpRequest, team: Team, period: Period, report: Report | None, forms: Catalogue
) -> HttpResponse:
    form = MonthForm.typed(request.POST, forms, _last_month(request.user, team, period))
    submits = request.POST.get("action") == "submit"
    if form.errors:
        return _show(request, team, period, report, form, status=422)
    try:
        if submits:
            workflow.submit_draft(
                team=team,
                period=period,
                draft=form.draft,
                version=form.version,
                key=form.key,
                actor=request.user,
                catalogue=forms,
            )
        else:
            workflow.save_draft(
                team=team,
                period=period,
                draft=form.draft,
                version=form.version,
                actor=request.user,
                catalogue=forms,
            )
    except InvalidFigures as refusal:
        form.refuse(refusal.errors)
        return _show(request, team, period, report, form, status=422)
    except StaleEdit as stale:
        report = _report(request.user, team, period, forms)
        form.show_theirs(report)
        return _show(request, team, period, report, form, stale=stale.message, status=409)
    except NotPossibleNow as refusal:
        return _show(request, team, period, report, form, refusal=refusal.message, status=409)
    said = _("The report of %(team)s is submitted.") if submits else _("The draft is saved.")
    messages.success(request, said % {"team": team.name})
    if submits and request.user.holds(Right.REVIEW):
        return redirect("unit-month", period.key, _home(team, period).pk)
    return redirect("team-month", period.key, team.pk)


def _show(
    request: HttpRequest,
    team: Team,
    period: Period,
    report: Report | None,
    form: MonthForm,
    *,
    stale: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    fillable = Team.objects.editable_by(request.user).filter(pk=team.pk).exists()
    writable = fillable and period.is_open and (report is None or report.is_editable)
    corrects = bool(report) and workflow.may_correct(report, request.user)
    context = {
        "team": team,
        "period": period,
        "months": _months(request.user, team.tenant_id),
        "report": report,
        "form": form,
        "path": tree.path(team.unit, on=period.tree_on),
        "home": _home(team, period),
        "writable": writable or bool(refusal),
        "correcting": corrects and "correct" in request.GET,
        "may_correct": corrects,
        "steps": workflow.available(report, request.user) if report else [],
        "history": trace.history(report) if report else [],
        "returned": _returned(report),
        "closed": "" if period.is_open else periods.why_closed(period),
        "stale": stale,
        "refusal": refusal,
        "key": uuid4(),
    }
    return render(request, "months/team_month.html", context, status=status)


def _returned(report: Report | None) -> Any:
    """The step that sent the report back, for the person who has to mend it."""
    if report is None or report.status != Status.RETURNED:
        return None
    return report.steps.filter(status=Status.RETURNED).select_related("by").last()


def _report(user: User, team: Team, period: Period, forms: Catalogue) -> Report | None:
    return (
        Report.objects.visible_to(user)
        .filter(team=team, period=period, form=forms.form)
        .select_related("period", "unit", "form", "updated_by")
        .first()
    )


def _last_month(user: User, team: Team, period: Period) -> Values:
    """The team's figures of the month before, for comparison; empty where there are none."""
    before = (period.year, period.month - 1) if period.month > 1 else (period.year - 1, 12)
    rows = Report.objects.visible_to(user).filter(team=team)
    report = rows.filter(period__year=before[0], period__month=before[1]).first()
    return report.values if report else {}


def _period(user: User, tenant_id: int, month: Month) -> Period:
    return get_object_or_404(
        Period.objects.visible_to(user), tenant_id=tenant_id, year=month[0], month=month[1]
    )


def _months(user: User, tenant_id: int) -> list[str]:
    """The months that can be chosen, the newest first."""
    rows = Period.objects.visible_to(user).started_by(clock.today())
    return [period.key for period in rows.filter(tenant_id=tenant_id)[:24]]


def _home(team: Team, period: Period) -> Unit:
    """The unit where the team's figures are counted first: the commune of a hamlet."""
    if team.unit.level != Level.HAMLET:
        return team.unit
    path = tree.path(team.unit, on=period.tree_on)
    if len(path) < 2:
        raise Http404
    return path[-2]


def _count(teams: list[overview.TeamPart]) -> dict[str, int]:
    """How many teams are in each state; a team without a report has not started."""
    counts = {"none": 0, **{status.value: 0 for status in Status}}
    for part in teams:
        counts[part.report.status if part.report else "none"] += 1
    return counts

