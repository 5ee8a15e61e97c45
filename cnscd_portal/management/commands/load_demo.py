from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from cnscd_portal.demo import accounts, story


class Command(BaseCommand):
    help = "Load the demo: two provinces with a year of reports. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accounts", action="store_true", help="print the demo accounts and do nothing else"
        )

    def handle(self, *args: object, **options: object) -> None:
        try:
            if options["accounts"]:
                story.demand_demo()
                self.stdout.write(accounts.table())
            elif not story.load(say=self.stdout.write):
                self.stdout.write("The demo data is already there.")
        except story.DemoRefused as refusal:
            raise CommandError(refusal.message) from None
