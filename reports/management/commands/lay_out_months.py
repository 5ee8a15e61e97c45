from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from reports import periods, schedule
from units.errors import DomainError
from units.models import Tenant
from units.tenancy import scope


class Command(BaseCommand):
    help = "Lay out the months of a year for a province; its administrator opens them one by one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="of the province")
        parser.add_argument("year", type=int)
        parser.add_argument(
            "--calendar",
            choices=periods.CALENDARS,
            help="from this year on; the calendar of the province, if none is given",
        )

    def handle(self, code: str, year: int, calendar: str | None, **options: object) -> None:
        tenant = Tenant.objects.provinces().filter(code=code).first()
        if tenant is None:
            raise CommandError(f"There is no province {code}: found it first.")
        try:
            with scope(tenant=tenant.pk):
                if calendar:
                    schedule.choose_calendar(
                        tenant=tenant,
                        since=date(year, 1, 1),
                        calendar=periods.CALENDARS[calendar],
                        actor=None,
                    )
                months = schedule.lay_out_year(tenant=tenant, year=year)
        except DomainError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{tenant.name}: {len(months)} months of {year}, none of them open.")
