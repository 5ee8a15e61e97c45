"""Reports and totals when units end.

A report keeps its unit, for it is history. Only what a team at an ended unit has reported of months
that the new tree counts goes to the team that follows it, so that the sums have it once. More time
goes along, see `reports.extensions`.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reports import extensions, rollup
from reports.models import DirtyTotal, Extension, Report, Status, Total
from units import clock, outlook
from units.models import Decree, Succession, Unit
from units.outlook import Kind, Outlook, Reform, Tally

OPEN = Kind(
    "reports",
    gettext_lazy("open reports, which come along"),
    (
        gettext_lazy("Team"),
        gettext_lazy("Unit before"),
        gettext_lazy("Month"),
        gettext_lazy("State"),
    ),
)

# Rows a statement.
AT_ONCE = 2000


class ReportMover(outlook.Mover):
    tracked = (Extension, Report)
    derived = (Total, DirtyTotal)

    kinds = (OPEN,)

    def counted(self, outlook: Outlook) -> list[Tally]:
        units = [*(lot.unit.pk for lot in outlook.ending), *(each.pk for each in outlook.moved)]
        still_open = Report.objects.filter(unit__in=units).exclude(status__in=Status.counted())
        found = still_open.order_by("period", "unit__code", "pk").values_list(
            "team__name", "unit__name", "period__month", "period__year", "status"
        )
        rows = [[team, at, f"{month:02}/{year}", status] for team, at, month, year, status in found]
        return [Tally(OPEN, len(rows), rows)]

    def read(self, kind: Kind, rows: list[list[Any]]) -> list[list[Any]]:
        labels = dict(Status.choices)
        return [[*told, labels.get(status, status)] for *told, status in rows]

    def move(self, reform: Reform) -> None:
        rollup.forget_kept_trees([reform.outlook.decree.tenant_id])
        late = list(
            Report.objects.filter(
                unit__in=list(reform.heirs),
                team__in=list(reform.followers),
                period__ends_on__gte=reform.day,
            ).order_by("pk")
        )
        for report in late:
            report.unit = reform.heirs[report.unit_id]
            report.team_id = reform.followers[report.team_id]
            report.version = F("version") + 1
        Report.objects.bulk_update(late, ["unit", "team", "version"], batch_size=AT_ONCE)
        # Of the ended units the database marks all totals, for they left the tree of these months.
        rollup.mark_dirty(late)
        extensions.come_along(reform)

    def why_not_applied(self, outlook: Outlook, actor: Any) -> str:
        return _stranded(outlook)

    def why_not_undone(self, decree: Decree, begun: Sequence[int]) -> str:
        """The first report under the new tree: saved since, of one of its months."""
        heirs = Succession.objects.filter(
            effective_on=decree.effective_on, predecessor__tenant=decree.tenant_id
        ).values_list("successor", flat=True)
        units = Unit.objects.within([*heirs, *begun], on=decree.effective_on)
        saved = Report.objects.filter(
            unit__in=units,
            period__ends_on__gte=decree.effective_on,
            updated_at__gt=decree.applied_at,
        ).count()
        if not saved:
            return ""
        return ngettext(
            "%(count)s report was saved under the new units.",
            "%(count)s reports were saved under the new units.",
            saved,
        ) % {"count": saved}

    def forget(self, decree: Decree, begun: Sequence[int]) -> None:
        Total.objects.filter(unit__in=begun).delete()
        rollup.forget_kept_trees([decree.tenant_id])
        DirtyTotal.objects.filter(unit__in=begun).delete()


def _stranded(outlook: Outlook) -> str:
    """Reports that the new tree would count nowhere: their team ended before it, so that none goes
    on in its place, and their unit ends with the decree. "" where there is none."""
    day = outlook.decree.effective_on
    report = (
        Report.objects.filter(
            unit__in=[lot.unit.pk for lot in outlook.ending],
            period__ends_on__gte=day,
            team__active__endswith__lte=day,
        )
        .exclude(status__in=Status.editable())
        .select_related("team", "period")
        .order_by("period", "pk")
        .first()
    )
    if report is None:
        return ""
    return _(
        "%(team)s ended on %(day)s, before the decree, and has sent its figures of month "
        "%(month)s: no new unit would count them. Take back the end of the team first, or return "
        "its report."
    ) % {
        "team": report.team,
        "day": clock.written(report.team.active.upper),
        "month": report.period,
    }
