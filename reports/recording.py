"""What each step leaves behind: its record, marks on totals, and word to whoever has to mend."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.models import User
from reports import notices, rollup
from reports.models import Report, Status
from reports.steps import Step
from units import clock

# Status and version are those that the reports have by now. A province locks 1.500 at once, and
# building each row in Python takes ten times as long.
RECORD = """
insert into reports_reportstep
    (tenant_id, report_id, name, status, version, reason, remarks, key, at, by_id)
select tenant_id, id, %(name)s, status, version, coalesce(%(reasons)s::jsonb ->> id::text, ''),
       %(remarks)s, %(key)s, %(at)s, %(by)s
from reports_report
where id = any(%(reports)s)
order by id
"""


def record(
    reports: Sequence[Report],
    step: Step,
    actor: User | None,
    *,
    key: UUID | None = None,
    reason: str | Mapping[int, str] = "",
    remarks: dict[str, str] | None = None,
    at: datetime | None = None,
) -> None:
    """Write down who took the step, mark the totals that no longer hold, and tell whoever has to
    mend what was returned.

    `reason` is one for all, or each report's own by its id. `actor` None is the schedule.
    """
    if isinstance(reason, str):
        reason = {report.pk: reason for report in reports}
    reasons = {pk: said.strip() for pk, said in reason.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            {
                "reports": [report.pk for report in reports],
                "name": step.name,
                "reasons": json.dumps(reasons),
                "remarks": json.dumps(remarks or {}),
                "key": key,
                "at": at or clock.now(),
                "by": actor.pk if actor else None,
            },
        )
    if step.moves_totals:
        rollup.mark_dirty(reports)
    if step.to == Status.RETURNED:
        notices.tell_returned(reports, reasons=reasons, remarks=remarks or {}, actor=actor, at=at)
