from argparse import ArgumentParser
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import enrolment
from accounts.roles import Role
from units import founding
from units.errors import DomainError
from units.tenancy import scope


class Command(BaseCommand):
    help = "Found a province on a server: its units, and the account of its administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="of the province, as in the file of units")
        parser.add_argument("username", help="the account of its administrator")
        parser.add_argument("--full-name", required=True)
        parser.add_argument(
            "--units",
            type=Path,
            default=settings.FIXTURE_ROOT / "units" / "units-2022.csv",
            help="CSV with level, code, parent_code and name; the official list of 2022 by default",
        )
        parser.add_argument("--since", type=date.fromisoformat, default=date(2021, 1, 1))

    @transaction.atomic
    def handle(
        self, code: str, username: str, full_name: str, units: Path, since: date, **options: object
    ) -> None:
        try:
            planted = founding.found_province(
                seedlings=founding.read(units, province=code), since=since
            )
            with scope(tenant=planted[0].tenant_id):
                user, password = enrolment.open_first_account(
                    username=username,
                    full_name=full_name,
                    role=Role.PROVINCE_ADMIN,
                    unit=planted[0],
                )
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{planted[0].name}: {len(planted)} units.")
        self.stdout.write(f"First password of {user.username}, to be changed: {password}")
