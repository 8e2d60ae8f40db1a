"""Loads the private side of the demonstration, after its directory and its people."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from directory.importing.waiting import load_waiting
from tenancy.importing.demonstration import load_accounts, load_enquiries

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C where PyYAML has it


class Command(BaseCommand):
    help = "Load invented accounts of tenants and enquiries, for the demonstration only. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "These accounts are invented and must not mix with real ones. "
                "Run it with DJANGO_SETTINGS_MODULE=ecosystem.settings.dev and a database of its own."
            )
        private, today = _read("accounts.yaml"), timezone.localdate()
        people = {one["slug"]: one for tenant in _read("tenants.yaml") for one in tenant.get("people", [])}
        total = len(private["accounts"]) + len(private["enquiries"])
        is_quiet = options["verbosity"] == 0
        with tqdm(total=total, desc="Accounts", leave=False, disable=True if is_quiet else None) as bar:
            accounts = load_accounts(private["accounts"], people, today, lambda: bar.update() and None)
            enquiries = load_enquiries(private["enquiries"], today, lambda: bar.update() and None)
        load_waiting(private["profile_changes"], private["claims"])
        if not is_quiet:
            self.stdout.write(f"Accounts: {accounts} loaded, enquiries: {enquiries} loaded")


def _read(name: str) -> Any:
    content = (Path(settings.BASE_DIR) / "assets" / "demonstration" / name).read_bytes()
    return yaml.load(content, Loader=LOADER)  # noqa: S506 -- both are the safe loader
