"""The product's settings, with the static files of the stack apart from those of the demo."""

from datetime import UTC, datetime, timedelta

import time_machine

from cnscd_portal.settings import *  # noqa: F403
from cnscd_portal.settings import CELERY_BEAT_SCHEDULE, STORAGES, env

# What the API's own pages need is left out: compressing it takes longer than all the rest.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]

if root := env("STACK_STATIC_ROOT", ""):
    STATIC_ROOT = root
else:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# What beat asks for every minute, it asks for as often as this.
if minute := env("STACK_MINUTE", ""):
    CELERY_BEAT_SCHEDULE = {
        name: {**entry, "schedule": float(minute)} if entry["schedule"] == 60 else entry
        for name, entry in CELERY_BEAT_SCHEDULE.items()
    }

# A process whose clock is wrong, with all that it forks.
if days := env("STACK_CLOCK_DAYS", ""):
    time_machine.travel(datetime.now(UTC) + timedelta(days=int(days))).start()
