"""On whose behalf somebody worked on a report.

It follows from the delegations, which stay on record with the moments at which they began and
ended: so it is told of figures that were saved, too, and of steps that were taken by hundreds, and
no report carries a column that is empty in nearly every row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Delegation, User
from accounts.roles import Right, Role
from reports.models import Report
from teams.models import Membership
from units.models import Ancestry


@dataclass(frozen=True)
class Substitutes:
    """The delegations by which somebody may have worked on one report."""

    delegations: list[Delegation] = field(default_factory=list)
    # By unit above the report, and by leader of its team: on which days.
    above: list[tuple[int, Any]] = field(default_factory=list)
    led: list[tuple[int, Any]] = field(default_factory=list)

    def giver(self, holder: User | None, right: Right, at: datetime) -> User | None:
        """For whom the holder used the right at a moment; None where it was their own."""
        day = timezone.localdate(at)
        for each in self.delegations:
            if (
                holder is not None
                and each.holder_id == holder.pk
                and right in each.rights
                and each.held_at(at)
                and self._reaches(each, day)
            ):
                return each.giver
        return None

    def _reaches(self, delegation: Delegation, day: date) -> bool:
        """Whether the giver's role was one over the report: a leader's reaches the own team."""
        if not _holds(self.above, delegation.unit_id, day):
            return False
        return delegation.role != Role.TEAM_LEADER or _holds(self.led, delegation.giver_id, day)


def _holds(rows: list[tuple[int, Any]], pk: int, day: date) -> bool:
    return any(found == pk and day in valid for found, valid in rows)


def of_report(report: Report, people: Iterable[int]) -> Substitutes:
    """Who stood in for whom among those who worked on the report, in at most three statements.

    Whoever may read the history of the report is told.
    """
    delegations = list(
        Delegation.objects.filter(tenant_id=report.tenant_id, holder__in=set(people))
        .select_related("giver")
        .order_by("pk")
    )
    if not delegations:
        return Substitutes()
    above = Ancestry.objects.filter(
        unit=report.unit_id, ancestor__in={each.unit_id for each in delegations}
    )
    led = Membership.objects.leading().filter(
        team=report.team_id, person__user__in={each.giver_id for each in delegations}
    )
    return Substitutes(
        delegations,
        above=list(above.values_list("ancestor_id", "valid")),
        led=list(led.values_list("person__user", "valid")),
    )
