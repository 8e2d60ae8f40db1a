from tests.bench.plain_files import *  # noqa: F403 -- settings modules extend their base
from tests.bench.plain_files import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.unguarded"]
