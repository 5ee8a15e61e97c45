"""The product's settings, with the static files of the stack apart from those of the demo."""

from cnscd_portal.settings import *  # noqa: F403
from cnscd_portal.settings import STORAGES, env

# What the API's own pages need is left out: compressing it takes longer than all the rest.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]

if root := env("STACK_STATIC_ROOT", ""):
    STATIC_ROOT = root
else:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
