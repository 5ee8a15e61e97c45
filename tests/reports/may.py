"""A May that was handed in, against which June is held."""

from reports import batches
from reports.figures import Values
from reports.models import Period
from reports.periods import DECREE_09, lay_out, open_period
from reports.workflow import Draft
from tests.cast import Cast, Enter


def hand_in(
    cast: Cast, enter: Enter, values: Values, *, team: str = "hg-1a", month: int = 5
) -> Period:
    """What a team handed in for a month of 2024 before June."""
    with enter(cast.admin):
        period = Period.objects.filter(year=2024, month=month).first()
        if period is None:
            period = lay_out(tenant=cast.province, year=2024, month=month, by=DECREE_09)
            period.save()
            open_period(period=period, actor=cast.admin)
        batches.submit_many(
            period=period, documents=[(cast.teams[team], Draft(values))], actor=cast.admin
        )
        return period
