"""What `make run` serves with, and beside it the same records as a stock Wagtail search would have them."""

from ecosystem.settings.dev import *  # noqa: F403 -- settings modules extend their base
from ecosystem.settings.dev import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.stock"]
