"""What migrations do to a portal that is in use."""

from importlib import import_module

from django.apps import apps

from reports import schedule
from reports.models import Period, ReportingCalendar
from reports.periods import DECREE_09, STATISTICS, lay_out
from tests.cast import Cast, Enter

first_calendars = import_module("reports.migrations.0006_first_calendars")


def test_each_province_gets_the_calendar_that_it_was_laid_out_by(cast: Cast, enter: Enter) -> None:
    with enter(cast.stranger):
        Period.objects.all().delete()
        lay_out(tenant=cast.other, year=2023, month=12, by=STATISTICS).save()
    first_calendars.write_down(apps, None)
    with enter(cast.stranger):
        assert schedule.Calendars(cast.other).newest == STATISTICS
    with enter(cast.admin):
        assert schedule.Calendars(cast.province).newest == DECREE_09
        [row] = ReportingCalendar.objects.all()
        assert (f"{row.since}", row.set_by) == ("2024-06-01", None)
    with enter(cast.national):
        assert not ReportingCalendar.objects.filter(tenant=cast.nation).exists()
