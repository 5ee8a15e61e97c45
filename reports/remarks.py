"""Remarks: what a reviewer says of single figures when a report is sent back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, Func, JSONField
from django.utils.translation import gettext as _

from reports import figures
from reports.catalogue import Catalogue
from reports.figures import Values
from reports.models import Check, Indicator, Period, Report, ReportStep, Status
from reports.steps import STEPS
from units.errors import NotPossibleNow

LONGEST = 250
SENDING_BACK = [step.name for step in STEPS.values() if step.to == Status.RETURNED]


@dataclass(frozen=True)
class SentBack:
    """The remarks, by code, with which a report was last sent back, and all its figures as they
    stood then."""

    remarks: dict[str, str]
    values: Values


def demand_remarks(remarks: Mapping[str, str], catalogue: Catalogue, *, to: Status | None) -> None:
    """Raises NotPossibleNow where a step sends nothing back or a remark is a letter, and
    InvalidFigures for a figure that the form does not have."""
    if to == Status.APPROVED:
        raise NotPossibleNow(_("You wrote remarks: return the report, or clear them."))
    if to != Status.RETURNED:
        raise NotPossibleNow(_("Only a report that is sent back takes remarks on its figures."))
    figures.demand_known(remarks, catalogue)
    if any(len(remark) > LONGEST for remark in remarks.values()):
        raise NotPossibleNow(
            _("Please keep each remark under %(limit)s characters.") % {"limit": LONGEST}
        )


# As in `reports.judging`: asked with each submission.
LAST_SENT_BACK = """
select distinct on (report.team_id) report.team_id, step.remarks, event.values
from reports_report report
join reports_reportstep step on step.report_id = report.id and step.name = any(%(names)s)
join reports_reportevent event on event.pgh_obj_id = report.id and event.version = step.version
where report.team_id = any(%(teams)s) and report.period_id = %(period)s
order by report.team_id, step.version desc
"""


def last_sent_back(teams: Iterable[int], period: Period) -> dict[int, SentBack]:
    """How the month of each team was last sent back, by the team's id, in one statement; a team
    whose report never was is missing."""
    asked: dict[str, Any] = {"teams": list(teams), "period": period.pk, "names": SENDING_BACK}
    with connection.cursor() as cursor:
        cursor.execute(LAST_SENT_BACK, asked)
        return {
            team: SentBack(json.loads(remarks), json.loads(values))
            for team, remarks, values in cursor.fetchall()
        }


def last_step(report: Report | None) -> ReportStep | None:
    """The step that sent the report back, while somebody still has to mend it."""
    if report is None or report.status != Status.RETURNED:
        return None
    return report.steps.filter(name__in=SENDING_BACK).select_related("by").last()


def in_order(step: ReportStep, indicators: Iterable[Indicator]) -> list[tuple[Indicator, str]]:
    """The remarks of a step beside their figures, in the order of `indicators`."""
    return [(each, step.remarks[each.code]) for each in indicators if each.code in step.remarks]


def without_answers() -> Func:
    """The explanations of a report that is sent back, without what answered an earlier remark:
    whoever leaves a figure as it is a second time has to say why a second time."""
    answers = Check.objects.filter(kind=Check.Kind.UNTOUCHED).values("code")
    return Func(
        F("explanations"),
        ArraySubquery(answers),
        template="%(expressions)s::text[]",
        arg_joiner=" - ",
        output_field=JSONField(),
    )
