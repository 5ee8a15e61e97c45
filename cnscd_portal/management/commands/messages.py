from django.core.management.base import BaseCommand, CommandError

from cnscd_portal import translation


class Command(BaseCommand):
    help = "Keep the Vietnamese translation: update the .po file, check it, compile it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("action", choices=["update", "check", "compile"])

    def handle(self, *args, action: str, **options) -> None:
        if action == "compile":
            translation.compile_texts()
        elif action == "update":
            texts = translation.update()
            gaps = translation.missing()
            self.stdout.write(f"{len(texts)} texts, {len(gaps)} of them not translated.")
        elif gaps := translation.missing():
            raise CommandError("Not translated:\n" + "\n".join(gaps))
        else:
            self.stdout.write("Every text is translated.")
