"""The totals of a month, added up by hand: the slow way that anybody can check."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Q

from reports.models import Period, Report, Total
from teams.models import Team
from units.models import Level, Placement, Unit

TOTALLED = {Level.PROVINCE, Level.DISTRICT, Level.COMMUNE}
SENT_IN = {"submitted", "approved", "locked"}
COUNTED = {"approved", "locked"}


@dataclass
class Sum:
    values: dict[str, int | None] = field(default_factory=dict)
    gave: dict[str, int] = field(default_factory=Counter)
    not_applicable: dict[str, int] = field(default_factory=Counter)
    expected: int = 0
    submitted: int = 0
    approved: int = 0

    def add(self, report: Report) -> None:
        self.submitted += report.status in SENT_IN
        self.approved += report.status in COUNTED
        for code, value in report.values.items() if report.status in COUNTED else ():
            if value is None:
                self.not_applicable[code] += 1
                self.values.setdefault(code, None)
            else:
                self.gave[code] += 1
                self.values[code] = (self.values.get(code) or 0) + value


def add_up(period: Period) -> dict[str, Sum]:
    """By the unit's code, what every report says of every unit above it."""
    on = period.tree_on
    units = {unit.pk: unit for unit in Unit.objects.filter(tenant=period.tenant)}
    parents = dict(
        Placement.objects.filter(tenant=period.tenant, valid__contains=on).values_list(
            "unit_id", "parent_id"
        )
    )
    sums = {
        unit.code: Sum()
        for unit in units.values()
        if unit.level in TOTALLED and unit.valid.lower <= on < (unit.valid.upper or on.max)
    }

    def above(pk: int | None) -> list[Sum]:
        found = []
        while pk in units:
            if units[pk].code in sums:
                found.append(sums[units[pk].code])
            pk = parents.get(pk)
        return found

    sent_in = Q(reports__period=period, reports__status__in=SENT_IN)
    expected = Q(active__contains=on) | sent_in
    for team in Team.objects.filter(expected, tenant=period.tenant).distinct():
        for whole in above(team.unit_id):
            whole.expected += 1
    for report in Report.objects.filter(period=period):
        for whole in above(report.unit_id):
            whole.add(report)
    return sums


def stored(period: Period) -> dict[str, Sum]:
    """What the roll-up wrote, in the same shape."""
    return {
        total.unit.code: Sum(
            total.values,
            total.gave,
            total.not_applicable,
            total.expected,
            total.submitted,
            total.approved,
        )
        for total in Total.objects.filter(period=period).select_related("unit")
    }
