"""Makes a fresh or an older village ready to be served: database, demonstration content, static files.

Safe to repeat; a second run finds nothing to do and says so by being quick.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate, load the demonstration village and collect static files, as far as that is needed."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        call_command("load_demonstration")
        self._collect_static()

    def _collect_static(self) -> None:
        """Collect only when a package or one of our own files changed: it takes as long as everything else together."""
        stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
        dist = Path(settings.BASE_DIR) / "assets" / "dist"
        digest = hashlib.sha256()
        for package in ("wagtail", "django", "django-allauth", "django-htmx", "wagtailmedia", "whitenoise"):
            digest.update(f"{package} {version(package)}".encode())
        for path in sorted(p for p in dist.rglob("*") if p.is_file()):
            digest.update(path.relative_to(dist).as_posix().encode() + path.read_bytes())
        fingerprint = digest.hexdigest()
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(fingerprint)
