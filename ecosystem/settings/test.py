"""The test suite: fast hashing, tasks run at once, no page cache, a directory of its own for files."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403 -- settings modules extend their base
from .base import DATABASES, MIDDLEWARE, VAR_DIR

SECRET_KEY = "tests"
DEMONSTRATION = True
STAFF_MFA_REQUIRED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "Innovation Village <hello@village.example>"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="village-media-"))
MIDDLEWARE = [name for name in MIDDLEWARE if name != "core.page_cache.AnonymousPageCache"]  # tests count its pages
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, because a memory database cannot be kept between runs (--reuse-db) nor shared with a live server's threads.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
