"""Fills a database with the demo: as many of its months as the tests look at."""

import django

# One that is locked, one that is complete and still open, and the one that is running: the whole
# year would take three times as long.
MONTHS = [(2024, 3), (2024, 5), (2024, 6)]


def fill() -> None:
    django.setup()
    from django.core.management import call_command

    from cnscd_portal.demo import story

    call_command("load_catalogue")
    story.load(say=print, only=MONTHS)


if __name__ == "__main__":
    fill()
