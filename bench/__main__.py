"""`python -m bench`: see the package."""

import os
import sys

import django

from bench import database
from cnscd_portal.embedded import EmbeddedError, service_urls


def main() -> None:
    url, redis_url = service_urls()
    with database.fresh(url) as own_url:
        os.environ |= {
            "DATABASE_URL": own_url,
            "REDIS_URL": redis_url,
            "BUSINESS_DATE": "2024-06-10",
            "DJANGO_SETTINGS_MODULE": "cnscd_portal.settings",
        }
        django.setup()
        from bench import suite  # Its modules read the settings.

        for figure in suite.run():
            print(figure, flush=True)


if __name__ == "__main__":
    try:
        main()
    except EmbeddedError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
