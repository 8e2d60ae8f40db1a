from ecosystem.settings.dev import *  # noqa: F403 -- settings modules extend their base
from ecosystem.settings.dev import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.unguarded"]
