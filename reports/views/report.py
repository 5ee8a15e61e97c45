"""One team's month: a form while it can be written, a document otherwise, and its steps."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from reports import (
    catalogue,
    checks,
    corrections,
    evidence,
    extensions,
    filling,
    four_eyes,
    judging,
    overview,
    periods,
    remarks,
    review,
    trace,
    workflow,
)
from reports.addresses import follows_month_picker
from reports.catalogue import Catalogue
from reports.checks import Finding
from reports.figures import Values
from reports.forms import REASON_LIMIT, MonthForm, read_key, read_reason, read_remarks
from reports.models import Period, Report, Status
from reports.steps import STEPS, Step, needs_reason
from reports.views import bringing
from reports.views.entering import texts
from reports.views.month import WORKERS, Month, months_to_pick, period_or_404
from reports.views.why import marked_trails, way_back
from teams.models import Team
from teams.views.uploads import takes_files_by
from units import tree
from units.errors import FileRefused, InvalidFigures, NotPossibleNow, StaleEdit
from units.models import Level, Unit
from units.text import normalise_lines, whole_number


@open_to(holders_of(Right.FILL, Right.REVIEW, Right.OVERVIEW))
@takes_files_by(bringing.EvidenceUpload)
@require_http_methods(["GET", "HEAD", "POST"])
# Not `no-store`: whose sending failed goes back, and finds what was typed.
@cache_control(private=True, no_cache=True)
@follows_month_picker
def team_month(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    user, rows = request.user, Team.objects.visible_to(request.user)
    team = rows.select_related("unit", "tenant").filter(pk=pk).first()
    period = period_or_404(user, team.tenant_id if team else user.tenant_id, month)
    if after := filling.in_place_of(team or pk, period, user):
        return _lead_on(Desk(request, after, period))
    if team is None:
        raise Http404
    desk = Desk(request, team, period)
    if request.method == "POST":
        return _save(desk)
    return desk.show(desk.stored_form())


def _lead_on(desk: "Desk") -> HttpResponse:
    """From the address of a team that a decree has ended to that of the team in its place, with all
    that was typed."""
    said = filling.where_it_goes_on(desk.team, desk.period)
    if desk.request.method != "POST":
        messages.info(desk.request, said)
        return redirect("team-month", desk.period.key, desk.team.pk)
    form = desk.typed_form()
    form.version = 0
    if desk.report:
        form.show_theirs(desk.report)
    kept = _("What you typed stands below: look at it, and save it again.")
    return desk.show(form, refusal=f"{said} {kept}", keep=True, status=409)


@open_to(WORKERS)
@require_POST
def take_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    report = visible(request, pk)
    if name not in STEPS or not STEPS[name].by_hand:
        raise Http404
    try:
        workflow.apply(
            report,
            name,
            actor=request.user,
            # What is no number is nobody's version.
            version=whole_number(request.POST.get("version", "")) or -1,
            key=read_key(request.POST),
            reason=read_reason(request.POST, limit=REASON_LIMIT),
            remarks=read_remarks(request.POST),
        )
    except NotPossibleNow as refusal:
        desk = Desk(request, report.team, report.period)
        return desk.show(desk.stored_form(), refusal=refusal.message, step=name, status=409)
    done = {"team": report.team, "done": STEPS[name].said}
    messages.success(request, _("The report of %(team)s is %(done)s.") % done)
    return redirect("team-month", report.period.key, report.team_id)


def _save(desk: "Desk") -> HttpResponse:
    form = desk.typed_form()
    submits = desk.request.POST.get("action") == "submit"
    # What can be read is for the workflow to accept or refuse.
    if form.errors:
        filling.demand_filler(desk.team, desk.request.user)
        # Everything at once: what is mended is not to be refused again for something else.
        form.refuse((desk.shortcomings(form) if submits else {}) | form.errors)

    def store() -> None:
        asked: dict[str, Any] = {
            "team": desk.team,
            "period": desk.period,
            "draft": form.draft,
            "version": form.version,
            "actor": desk.request.user,
        }
        if desk.request.FILES:
            asked["version"] = bringing.store_with_files(desk.request, asked)
            if not submits:
                return
        if submits:
            workflow.submit_draft(**asked, key=form.key)
        else:
            workflow.save_draft(**asked)

    if shown := desk.ask_of_blanks(form) or desk.attempt(store, form):
        return shown
    said = _("The report of %(team)s is submitted.") if submits else _("The draft is saved.")
    messages.success(desk.request, said % {"team": desk.team.name})
    if submits and desk.request.user.holds(Right.REVIEW):
        return redirect("unit-month", desk.period.key, desk.home.pk)
    return redirect("team-month", desk.period.key, desk.team.pk)


@dataclass
class Desk:
    """The page of one team's month, which shows every refusal beside what was typed."""

    request: HttpRequest
    team: Team
    period: Period

    def __post_init__(self) -> None:
        self.catalogue: Catalogue = catalogue.of_period(self.period)

    @cached_property
    def path(self) -> list[Unit]:
        return tree.path(self.team.unit, on=self.period.tree_on)

    @cached_property
    def report(self) -> Report | None:
        """As it is when first asked for: after the attempt, where there is one."""
        return (
            Report.objects.visible_to(self.request.user)
            .with_readable(self.request.user)
            .with_sent_at()
            .with_was_locked()
            .filter(team=self.team, period=self.period)
            .select_related("period", "unit", "form", "updated_by")
            .first()
        )

    @property
    def home(self) -> Unit:
        """The unit where the team's figures are counted first: the commune of a hamlet."""
        return self.path[-2] if self.team.unit.level == Level.HAMLET else self.team.unit

    @cached_property
    def is_fillable(self) -> bool:
        return Team.objects.editable_by(self.request.user).filter(pk=self.team.pk).exists()

    @property
    def is_readable(self) -> bool:
        """Whether there is a report that says something to the person."""
        return bool(self.report and self.report.is_readable)

    def stored_form(self) -> MonthForm:
        said = self.report if self.is_readable else None
        return MonthForm.of(said, self.catalogue)

    def typed_form(self) -> MonthForm:
        return MonthForm.typed(self.request.POST, self.catalogue)

    def attempt(self, act: Any, form: MonthForm, **shown: Any) -> HttpResponse | None:
        """Do it; or the page that says why not, with all that was typed."""
        if form.errors:
            return self.show(form, keep=True, status=422, **shown)
        try:
            act()
        except InvalidFigures as refusal:
            form.refuse(refusal.errors)
            return self.show(form, keep=True, status=422, **shown)
        except StaleEdit as stale:
            if fresh := self.report:
                form.show_theirs(fresh)
            return self.show(form, stale=stale.message, keep=True, status=409, **shown)
        except NotPossibleNow as refusal:
            return self.show(form, refusal=refusal.message, keep=True, status=409, **shown)
        except FileRefused as refusal:
            return self.show(form, file_refused=refusal.message, keep=True, status=422, **shown)
        return None

    def show(
        self,
        form: MonthForm,
        *,
        stale: str = "",
        refusal: str = "",
        keep: bool = False,
        step: str = "",
        correcting: bool = False,
        file_refused: str = "",
        asks_of_blanks: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        """`keep` shows the fields even where they cannot be written: nothing that was typed is
        lost, nor stands on the page as if the report said so."""
        user, report = self.request.user, self.report
        unsent = report is None or report.is_editable
        gone = filling.why_not_of(self.team, self.period)
        is_open = periods.is_writable(self.period, self.team) and not gone
        writable = self.is_fillable and is_open and unsent
        waiting = corrections.waiting_for(user, report=report) if report else []
        may_correct = bool(report) and not waiting and workflow.may_correct(report, user)
        works = user.holds(Right.FILL) or user.holds(Right.REVIEW)
        (steps, why_not), returned = _steps(report, user), remarks.last_step(report)
        returnable = next((each.name for each in steps if each.to == Status.RETURNED), "")
        typed = read_remarks(self.request.POST)
        reason = normalise_lines(self.request.POST.get("reason", ""))
        form.show_remarks(returned.remarks if returned else {}, typed)
        why = way_back(self.request, self.home, self.period.key)
        readable = report if self.is_readable else None
        form.show_stored(readable)
        form.show_last_month(self._last_month())
        form.show_findings(self._findings(form), readable)
        context = {
            "team": self.team,
            "period": self.period,
            "month": self.period.key,
            "months": months_to_pick(user, self.team.tenant_id),
            "report": report,
            "form": form,
            "path": self.path,
            "within_reach": Unit.objects.visible_to(user).among(self.path),
            "crumbs_to": "months" if works else "overview",
            "home": self.home,
            "why": why,
            "marked": marked_trails(self.request, readable, self.catalogue)
            if why and readable
            else {},
            "writable": writable or keep,
            "fills_in": self.is_fillable and not correcting,
            "brings_for": self._brings_for() if writable and self.period.is_open else None,
            "saves_fields": writable and not correcting,
            "texts": texts(),
            "evidence": self._evidence(with_removed=writable),
            **bringing.shown(),
            "file_refused": file_refused or (keep and bringing.why_again(self.request)),
            "correcting": may_correct and (correcting or "correct" in self.request.GET),
            "may_correct": may_correct,
            "steps": [(each, needs_reason(each, report, user)) for each in steps],
            "why_not_approve": why_not,
            "corrections": waiting,
            "needs_second": may_correct and workflow.was_locked(report),
            "due_on": extensions.due_on(self.period, self.more_time_until),
            "more_time_until": self.more_time_until,
            "gives_time": user.may(Right.PERIODS, self.team.unit),
            "days_late": self._days_late(),
            "returnable": returnable,
            "is_readable": self.is_readable,
            "is_returned": self._is_returned(),
            "is_only_overseen": overview.is_only_overseen(self.team.unit, user),
            "way_on": review.way_on(self.team, self.period, user),
            "history": self._history(),
            "returned": returned,
            "followed": filling.followed(self.team, self.period) if self.is_fillable else [],
            "closed": gone or self._closed(is_open),
            "stale": stale,
            "refusal": refusal,
            "asks_of_blanks": asks_of_blanks,
            "asked_of_blanks": asks_of_blanks or "blanks" in self.request.POST,
            # What was written for a return stands there, whichever button was pressed.
            "opened_step": returnable if step == "approve" and (reason or typed) else step,
            "reason": reason,
            "key": uuid4(),
        }
        return render(self.request, "months/team_month.html", context, status=status)

    def _brings_for(self) -> Unit | None:
        """For which unit the person may bring the figures from a file: all teams together, or, as
        who leads this one, its own."""
        user = self.request.user
        return next((u for u in (self.home, self.team.unit) if user.may(Right.FILL, u)), None)

    @cached_property
    def more_time_until(self) -> date | None:
        return extensions.of_teams(self.period, [self.team]).get(self.team.pk)

    def _closed(self, is_open: bool) -> str:
        if is_open:
            return workflow.why_locked(self.report) if self.report else ""
        return periods.why_closed(self.period)

    def _days_late(self) -> int:
        if self.report is None:
            return 0
        return periods.days_late(
            self.report.sent_at,
            self.period,
            own_due_on=self.report.due_on,
            more_time_until=self.more_time_until,
        )

    def _evidence(self, *, with_removed: bool) -> evidence.Files:
        readable = self.report if self.is_readable else None
        return evidence.beside(readable, with_removed=with_removed)

    def _is_returned(self) -> bool:
        """Also where the person sees nothing else of the report."""
        sent = Report.objects.sent_to(self.request.user).filter(team=self.team, period=self.period)
        return sent.filter(status=Status.RETURNED).exists()

    def _history(self) -> list[trace.Entry]:
        if self.report is None:
            return []
        return trace.history(self.report) if self.is_readable else trace.steps_of(self.report)

    def _findings(self, form: MonthForm) -> list[Finding]:
        known = judging.yardstick(self.team.pk, self.period)
        return checks.find(form.values, self.catalogue, known, form.explanations)

    def shortcomings(self, form: MonthForm) -> dict[str, list[str]]:
        """What speaks against handing in what could be read of the form, by field."""
        known = judging.yardstick(self.team.pk, self.period)
        impossible = checks.problems(form.values, self.catalogue, known)
        silent = checks.unexplained(self._findings(form), refused=impossible | form.errors)
        return impossible | checks.wanted(silent)

    def ask_of_blanks(self, form: MonthForm) -> HttpResponse | None:
        """The question about what is left blank of a form that could be handed in as it is: put
        once, and never a refusal. None where there is nothing to ask."""
        sent = self.request.POST
        if sent.get("action") != "submit" or "blanks" in sent or not form.asks_of_blanks:
            return None
        is_writable = self.is_fillable and periods.is_writable(self.period, self.team)
        own = Report.objects.filter(team=self.team, period=self.period)
        is_sent = own.exclude(status__in=Status.editable()).exists()
        if is_sent or not is_writable or self.shortcomings(form):
            return None
        return self.show(form, keep=True, asks_of_blanks=True)

    def _last_month(self) -> Values:
        """The team's figures of the month before, for comparison; empty where there are none."""
        year, month = self.period.before
        rows = Report.objects.readable_by(self.request.user).filter(team=self.team)
        report = rows.filter(period__year=year, period__month=month).first()
        return report.values if report else {}


def _steps(report: Report | None, user: Any) -> tuple[list[Step], str]:
    """All steps but to submit, which is the form's own; and why somebody else has to approve."""
    steps = workflow.available(report, user) if report else []
    asked = [report for step in steps if step.needs_other]
    why = "".join(four_eyes.why_not_approve(asked, user).values())
    return [s for s in steps if s.name != "submit" and not (s.needs_other and why)], why


def visible(request: HttpRequest, pk: int) -> Report:
    # What else a refusal shows is read then.
    rows = Report.objects.visible_to(request.user).with_was_locked()
    rows = rows.select_related("period", "unit", "team")
    return get_object_or_404(rows, pk=pk, team__isnull=False)
