"""`python -m bench`: see the package."""

import argparse
import os
import signal
import sys

import django

from bench import PARTS, database
from cnscd_portal.embedded import EmbeddedError, service_urls


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the portal.")
    parser.add_argument("what", nargs="?", choices=PARTS, help="measure nothing else")
    parser.add_argument("--tiny", action="store_true", help="try the bench itself, in seconds")
    arguments = parser.parse_args()
    url, redis_url = service_urls()
    with database.fresh(url) as own_url:
        os.environ |= {
            "DATABASE_URL": own_url,
            "REDIS_URL": redis_url,
            "BUSINESS_DATE": "2024-06-10",
            "DJANGO_SETTINGS_MODULE": "cnscd_portal.settings",
        }
        # Its thousands of requests and sign-ins are nobody's news.
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        django.setup()
        from bench import suite  # Its modules read the settings.

        suite.migrate()
        size = suite.TINY if arguments.tiny else suite.FULL
        for figure in suite.run(size, alone=arguments.what):
            print(figure, flush=True)


if __name__ == "__main__":
    # As Ctrl-C does, so that the database is dropped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
    except EmbeddedError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
