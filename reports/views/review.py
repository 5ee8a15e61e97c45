"""The queue of a reviewer: what waits in a month, approved and returned from one page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from reports import batches, catalogue, missing, periods, review
from reports.addresses import follows_month_picker
from reports.forms import REASON_LIMIT, read_key, read_queue, read_reason
from reports.models import Period, Report
from reports.views.month import Month, months_to_pick, period_or_404
from units import lineage, tree
from units.errors import NotAllowed
from units.models import Level, Unit

# So many names stand in one sentence.
NAMED = 10


@open_to(holders_of(Right.REVIEW))
@require_http_methods(["GET", "HEAD", "POST"])
@follows_month_picker
def review_queue(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """What waits for a review under a unit, commune by commune, and who has sent nothing."""
    queue = _queue(request, month, pk)
    return _decide(queue) if request.method == "POST" else queue.show()


@open_to(holders_of(Right.REVIEW))
@require_POST
def undo_approvals(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """Take back what one click approved; what happened to since is named and left."""
    queue = _queue(request, month, pk)
    done = batches.undo_approvals(
        approved_with=read_key(request.POST, "approved"),
        reason=read_reason(request.POST, limit=REASON_LIMIT),
        key=read_key(request.POST),
        actor=request.user,
    )
    if count := len(done.undone):
        said = ngettext(
            "%(count)s approval is undone: the report waits again.",
            "%(count)s approvals are undone: the reports wait again.",
            count,
        )
        messages.success(request, said % {"count": count})
    for report, why in done.refused:
        messages.error(request, f"{report.team}: {why}")
    if not done.undone and not done.refused:
        messages.info(request, _("There is nothing to undo."))
    return redirect("review-queue", queue.period.key, queue.unit.pk)


def _queue(request: HttpRequest, month: Month, pk: int) -> "Queue":
    """Raises NotAllowed where the person sees the unit and does not review there."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    if not request.user.may(Right.REVIEW, unit):
        raise NotAllowed(_("You do not review the reports of this unit."))
    return Queue(request, unit, period_or_404(request.user, unit.tenant_id, month))


def _decide(queue: "Queue") -> HttpResponse:
    decided, key = read_queue(queue.request.POST), read_key(queue.request.POST)
    if not decided.chosen and not decided.reasons:
        said = _("Tick the reports to approve, or give a reason for those to return.")
        return queue.show(refusal=said, status=422)
    if decided.too_long:
        return queue.show(
            typed=decided.reasons, ticked=decided.chosen, refused=decided.too_long, status=422
        )
    reviewed = batches.review_many(
        period=queue.period,
        seen=decided.seen,
        chosen=decided.chosen,
        reasons=decided.reasons,
        key=key,
        actor=queue.request.user,
    )
    queue.done = key
    _tell(queue.request, reviewed)
    if reviewed.refused:
        others = [
            (report, why, decided.reasons.get(report.pk, "")) for report, why in reviewed.refused
        ]
        return queue.show(typed=decided.reasons, others=others, status=409)
    address = reverse("review-queue", args=[queue.period.key, queue.unit.pk])
    return redirect(f"{address}?done={key}")


def _tell(request: HttpRequest, reviewed: batches.Reviewed) -> None:
    if count := len(reviewed.approved):
        said = ngettext("%(count)s report is approved.", "%(count)s reports are approved.", count)
        undo = format_html('<a href="#undo">{}</a>', _("Undo"))
        messages.success(request, format_html("{} {}", said % {"count": count}, undo))
    if count := len(reviewed.returned):
        said = ngettext("%(count)s report is returned.", "%(count)s reports are returned.", count)
        messages.success(request, said % {"count": count})
    if reviewed.waiting:
        said = _("Still waiting: %(teams)s.") % {"teams": _names(reviewed.waiting)}
        messages.info(request, said)


def _names(reports: list[Report]) -> str:
    teams = [report.team for report in reports if report.team]
    names = [team.name for team in sorted(teams, key=lambda team: team.sort_key)]
    if len(names) <= NAMED:
        return ", ".join(names)
    more = len(names) - NAMED
    said = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
    return said % {"names": ", ".join(names[:NAMED]), "count": more}


def _lines(
    group: review.Group, rows: dict[int, review.Waiting]
) -> tuple[review.Group, list[review.Waiting], int]:
    """A commune with its lines, and how many of them can be approved now."""
    lines = [rows[pk] for pk in group.waiting if pk in rows]
    return group, lines, sum(line.may_be_approved for line in lines)


@dataclass
class Queue:
    """The page, which shows every refusal beside what was typed."""

    request: HttpRequest
    unit: Unit
    period: Period
    # The key with which something was decided just now.
    done: UUID | None = None

    def __post_init__(self) -> None:
        try:
            self.done = UUID(self.request.GET.get("done", ""))
        except ValueError:
            self.done = None

    def show(
        self,
        *,
        typed: dict[int, str] | None = None,
        ticked: Collection[int] = (),
        refused: dict[int, str] | None = None,
        others: Sequence[tuple[Report, str, str]] = (),
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """`refused` stands in the lines, by report; `others` are reports that were not moved, why,
        and what was written of each: some may wait no more, and have no line."""
        user = self.request.user
        groups = review.groups(self.unit, self.period, user)
        page = Paginator(review.pages(groups), 1).get_page(self.request.GET.get("page"))
        shown = page.object_list[0] if page.object_list else []
        wanted = [pk for group in shown for pk in group.waiting]
        rows = review.rows(wanted, self.period, user)
        shown_on = lineage.shown_on(self.unit, on=self.period.tree_on) or self.period.tree_on
        path = tree.path(self.unit, on=shown_on)
        can_decide = any(row.is_open for row in rows.values())
        headlines = catalogue.of_period(self.period).headlines
        context = {
            "unit": self.unit,
            "own_due_on": self.period.due_on(Level(self.unit.level)),
            "period": self.period,
            "months": months_to_pick(user, self.unit.tenant_id),
            "path": path,
            "within_reach": Unit.objects.visible_to(user).among(path),
            "page": page,
            "groups": [_lines(group, rows) for group in shown],
            "can_decide": can_decide,
            "headlines": headlines,
            # Beside them: the team, the findings, who sent it when, and the reason to return it.
            "columns": len(headlines) + 3 + can_decide,
            "figure_count": len(catalogue.of_period(self.period).codes),
            "count": sum(len(group.waiting) for group in groups),
            "absent": missing.by_why([each for group in groups for each in group.absent]),
            "closed": "" if self.period.is_open else periods.why_closed(self.period),
            "typed": typed or {},
            "refused": refused or {},
            "ticked": ticked,
            "others": others,
            "refusal": refusal,
            "done": review.taken_with(self.done, user) if self.done else {},
            "done_key": self.done,
            "key": uuid4(),
        }
        return render(self.request, "months/review_queue.html", context, status=status)
