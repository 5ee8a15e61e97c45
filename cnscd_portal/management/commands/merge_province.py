from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from accounts import mergers as roles
from units import mergers
from units.errors import DomainError
from units.models import Merger, Tenant
from units.tenancy import scope


class Command(BaseCommand):
    help = "Make a province part of another one with all that it has, or take that back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="code of the province that ends")
        parser.add_argument("into", help="code of the province that it becomes part of")
        parser.add_argument("--on", type=date.fromisoformat, help="the first day under the other")
        parser.add_argument("--decree", help="number of the resolution")
        parser.add_argument(
            "--carry",
            nargs="*",
            default=[],
            metavar="ACCOUNT",
            help="whose role on the province that ends is carried to the other one",
        )
        parser.add_argument("--undo", action="store_true")

    def handle(
        self,
        source: str,
        into: str,
        on: date | None,
        decree: str | None,
        carry: list[str],
        undo: bool,
        **options: object,
    ) -> None:
        former, other = _province(source), _province(into)
        try:
            if undo:
                mergers.unmerge(merger=_standing(former, other), actor=None)
                self.stdout.write(f"{former.name} is a province of its own again.")
                return
            if on is None or not decree:
                raise CommandError("Say --on and --decree.")
            carried = _grants(former, carry)
            mergers.merge(
                source=former, into=other, on=on, decree=decree, carried=carried, actor=None
            )
        except DomainError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{former.name} is part of {other.name} from {on} on.")


def _province(code: str) -> Tenant:
    tenant = Tenant.objects.filter(code=code).first()
    if tenant is None:
        raise CommandError(f"There is no province {code}.")
    return tenant


def _standing(source: Tenant, into: Tenant) -> Merger:
    with scope(tenant=into.pk):
        merger = Merger.objects.filter(source=source, undone_at=None).first()
    if merger is None:
        raise CommandError(f"{source.name} is no part of {into.name}.")
    return merger


def _grants(source: Tenant, usernames: list[str]) -> list[int]:
    with scope(tenant=source.pk):
        found = list(roles.to_decide(source).filter(user__username__in=usernames))
    if unknown := set(usernames) - {grant.user.username for grant in found}:
        raise CommandError(f"No role on {source.name}: {', '.join(sorted(unknown))}.")
    return [grant.pk for grant in found]
