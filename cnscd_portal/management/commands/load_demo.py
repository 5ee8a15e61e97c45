from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from cnscd_portal.demo import accounts, story
from cnscd_portal.demo.meanwhile import MeanwhileFailed


class Command(BaseCommand):
    help = "Load the demo: two provinces with a year of reports. Safe to repeat."
    # Checking the whole project takes longer than finding the demo in place.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accounts", action="store_true", help="print the demo accounts and do nothing else"
        )

    def handle(self, *args: object, **options: object) -> None:
        try:
            if options["accounts"]:
                story.demand_demo()
                self.stdout.write(accounts.table())
            elif not story.load(say=self._say):
                self.stdout.write("The demo data is already there.")
        except story.DemoRefused as refusal:
            raise CommandError(refusal.message) from None
        except MeanwhileFailed:
            raise CommandError(
                "One province was not loaded, see above; run load_demo again to load the rest."
            ) from None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        # Two processes speak: neither may keep its lines in a buffer of its own.
        self.stdout.flush()
