from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from cnscd_portal import translation


class Command(BaseCommand):
    help = "Keep the Vietnamese translation: update the .po file, check it, compile it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["update", "check", "compile"])

    def handle(self, *args: object, action: str, **options: object) -> None:
        if action == "compile":
            translation.compile_texts()
        elif action == "update":
            texts = translation.update()
            self.stdout.write(f"{len(texts)} texts, {len(translation.faults())} to be translated.")
        elif faults := translation.faults():
            raise CommandError("The translation is not complete:\n" + "\n".join(faults))
        else:
            self.stdout.write("Every text is translated.")
