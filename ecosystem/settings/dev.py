"""The demonstration and a developer's machine: SQLite, the embedded engine, mail as files. ``make run`` uses it."""

from .base import *  # noqa: F403 -- settings modules extend their base
from .base import STORAGES, VAR_DIR, env

DEMONSTRATION = True
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="demonstration-only-not-a-secret-set-SECRET_KEY-anywhere-else")

API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=6000)  # whoever measures it is not held up

STORAGES["staticfiles"]["BACKEND"] = "ecosystem.static_files.QuickStaticFilesStorage"

# Staff need a second factor everywhere; a demonstration may go without one so that it can be looked at.
STAFF_MFA_REQUIRED = env.bool("VILLAGE_DEMO_MFA", default=False)

if env.str("EMAIL_URL", default=""):
    globals().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "core.mail.EmlFileBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = "Innovation Village <hello@village.example>"
