"""Which days are worked, and where a deadline goes that falls on another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from reports.models import Holiday, OwnHoliday, Shift
from units.models import Tenant

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DaysOff:
    """Days that differ from the rule that Monday to Friday are worked: whether they are, by day."""

    worked: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def are_worked(self, day: date) -> bool:
        return self.worked.get(day, day.weekday() < SATURDAY)


NO_DAYS_OFF = DaysOff()


def shifted(day: date, shift: Shift, days: DaysOff) -> date:
    """`day`, or the nearest worked one in the direction of the shift. Pure."""
    if shift == Shift.NONE:
        return day
    step = ONE_DAY if shift == Shift.LATER else -ONE_DAY
    while not days.are_worked(day):
        day += step
    return day


def of(tenant: Tenant) -> DaysOff:
    """The days of the country, overruled by those of the province."""
    national: Iterable[tuple[date, bool]] = Holiday.objects.values_list("on", "is_worked")
    own = OwnHoliday.objects.filter(tenant=tenant).values_list("on", "is_worked")
    return DaysOff(dict(national) | dict(own))
