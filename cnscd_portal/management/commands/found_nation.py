from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import enrolment
from accounts.roles import Role
from units import founding
from units.errors import DomainError
from units.tenancy import scope


class Command(BaseCommand):
    help = "Found the nation on a new server, with an account for its staff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the first account of the nation's staff")
        parser.add_argument("--full-name", required=True)
        parser.add_argument("--since", type=date.fromisoformat, default=date(2021, 1, 1))

    @transaction.atomic
    def handle(self, username: str, full_name: str, since: date, **options: object) -> None:
        try:
            root = founding.found_nation(since=since)
            with scope(tenant=root.tenant_id):
                user, password = enrolment.open_first_account(
                    username=username, full_name=full_name, role=Role.NATION_STAFF, unit=root
                )
        except DomainError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"First password of {user.username}, to be changed: {password}")
