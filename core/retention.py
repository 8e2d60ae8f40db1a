"""What is kept for a time only: forgotten when the time is over, as docs/privacy.md says."""

from datetime import timedelta
from io import StringIO

from django.core.cache import cache
from django.core.management import call_command

VERSIONS_KEPT_FOR = timedelta(days=365)
ONCE_A_DAY = 24 * 60 * 60
DONE_TODAY = "old-versions-forgotten"


def forget_ended_sessions() -> None:
    """Django keeps sessions in its table long after their cookie is gone."""
    call_command("clearsessions")


def forget_old_versions() -> None:
    """Delete old versions of pages, with the people named in them; never the latest, scheduled or in approval."""
    if cache.add(DONE_TODAY, True, ONCE_A_DAY):  # it asks about each old version: too much for every minute
        # Cron would send as mail what it says.
        call_command("purge_revisions", days=VERSIONS_KEPT_FOR.days, verbosity=0, stdout=StringIO())
