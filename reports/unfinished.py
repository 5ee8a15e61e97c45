"""Which documents of a team are not done yet?"""

from django.utils.translation import gettext as _

from reports.models import Report, Status
from teams.models import Team


def of_team(team: Team) -> list[str]:
    """Each report that is neither approved nor locked, in a few words, the oldest first."""
    rows = Report.objects.filter(team=team).exclude(status__in=Status.counted())
    return [
        _("report of %(month)s (%(status)s)")
        % {"month": report.period, "status": report.get_status_display()}
        for report in rows.select_related("period").order_by("period__year", "period__month")
    ]
