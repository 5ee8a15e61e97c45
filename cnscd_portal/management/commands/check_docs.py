from django.core.management.base import BaseCommand, CommandError

from cnscd_portal import documentation


class Command(BaseCommand):
    help = "Compare README, CHANGELOG and docs with the code."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        if faults := documentation.faults():
            raise CommandError("The documents are not true:\n" + "\n".join(faults))
        self.stdout.write("The documents are true to the code.")
