"""What ``make run`` serves with, but static files keep their names: none has to be collected first, and nobody asks for one."""

from ecosystem.settings.dev import *  # noqa: F403 -- settings modules extend their base
from ecosystem.settings.dev import STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
