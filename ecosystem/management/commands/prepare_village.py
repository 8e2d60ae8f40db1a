"""Makes a fresh or an older village ready to be served: database, demonstration content, static files.

Safe to repeat; a second run finds nothing to do and says so by being quick.
"""

import hashlib
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from wagtail.models import Site

from ecosystem.demonstration import password

SHIP_STATIC_FILES = ("wagtail", "django", "django-allauth", "django-htmx", "wagtailmedia", "whitenoise")


class Command(BaseCommand):
    help = "Migrate, load the demonstration village and collect static files, as far as that is needed."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_targets", stdout=self.stdout)
        os.environ["VILLAGE_DEMO_PASSWORD"] = password()  # so that the people loaded below have the one that is printed
        call_command("load_people", stdout=self.stdout)
        call_command("load_demonstration")
        call_command("load_accounts", stdout=self.stdout)
        self._place_site()
        self._collect_static()

    @staticmethod
    def _place_site() -> None:
        """Wagtail writes its site's address into every absolute link: it moves with HOST and PORT."""
        address = urlsplit(settings.BASE_URL)
        port = address.port or (443 if address.scheme == "https" else 80)
        site = Site.objects.get(is_default_site=True)
        if (site.hostname, site.port) != (address.hostname, port):
            site.hostname, site.port = address.hostname or "localhost", port
            site.save()

    def _collect_static(self) -> None:
        """Collect only when a package or one of our own files changed: it takes as long as everything else together."""
        stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
        digest = hashlib.sha256()
        for package in SHIP_STATIC_FILES:
            digest.update(f"{package} {version(package)}\n".encode())
        ours = [path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*") if path.is_file()]
        for path in sorted(ours):
            digest.update(str(path).encode() + path.read_bytes())
        fingerprint = digest.hexdigest()
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(fingerprint)
