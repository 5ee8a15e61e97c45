from django.core.management.base import BaseCommand

from reports import catalogue


class Command(BaseCommand):
    help = "Bring the catalogue in line with fixtures/catalogue. Safe to repeat."

    def handle(self, *args, **options) -> None:
        counts = catalogue.load()
        self.stdout.write(", ".join(f"{count} {kind}" for kind, count in counts.items()))
