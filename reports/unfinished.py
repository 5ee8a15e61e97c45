"""Which documents of a team are not done yet, and which were sent back to whom?"""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from reports.catalogue import of_form
from reports.models import Indicator, Period, Report, ReportStep, Status
from reports.remarks import SENDING_BACK, in_order
from teams.models import Team
from units import clock, tree
from units.models import Unit

# What stands on the first page; whoever has more than that to mend finds it in the months.
SHOWN = 200


def of_team(team: Team) -> list[str]:
    """Each report that is neither approved nor locked, in a few words, the oldest first."""
    rows = Report.objects.filter(team=team).exclude(status__in=Status.counted())
    return [
        _("report of %(month)s (%(status)s)")
        % {"month": report.period, "status": report.get_status_display()}
        for report in rows.select_related("period").order_by("period__year", "period__month")
    ]


@dataclass(frozen=True)
class ToMend:
    """A report that somebody has to mend: the step that sent it back, and its remarks in the order
    of the form."""

    report: Report
    step: ReportStep
    remarks: list[tuple[Indicator, str]]


def sent_back_to(user: User) -> list[ToMend]:
    """What others returned or reopened of the user's teams, in every month that still takes it, the
    newest first; at most `SHOWN`, in three statements."""
    last = ReportStep.objects.filter(report=OuterRef("pk"), name__in=SENDING_BACK).order_by(
        "-version"
    )
    rows = (
        Report.objects.editable_by(user)
        .filter(status=Status.RETURNED, team__isnull=False)
        .writable_now()
        .annotate(sent_back=Subquery(last.values("pk")[:1]), by=Subquery(last.values("by")[:1]))
        .exclude(by=user.pk)
        .select_related("team", "period", "form")
        .defer("values", "difficulties", "proposals", "explanations")
        .order_by("-sent_back")[:SHOWN]
    )
    reports = {report.sent_back: report for report in rows}
    steps = ReportStep.objects.filter(pk__in=reports).select_related("by").order_by("-at", "-pk")
    return [
        ToMend(reports[step.pk], step, in_order(step, of_form(reports[step.pk].form).indicators))
        for step in steps
    ]


@dataclass(frozen=True)
class Batch:
    """What was sent back of one unit and month: of a hamlet's team, of its commune."""

    unit: Unit
    period: Period
    reports: list[ToMend]


def gathered(sent_back: list[ToMend]) -> list[Batch]:
    """The reports by unit and month, each group where its newest report stood."""
    homes = tree.communes({each.report.unit_id for each in sent_back}, on=clock.today())
    found: dict[tuple[int, int], Batch] = {}
    for each in sent_back:
        home, period = homes[each.report.unit_id], each.report.period
        found.setdefault((home.pk, period.pk), Batch(home, period, [])).reports.append(each)
    return list(found.values())
