"""Loads accounts and their people from a file; without one, the private side of the demonstration."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from directory.management.files import RecordsCommand
from tenancy.importing import demonstration
from tenancy.importing.accounts import load_accounts
from tenancy.importing.columns import COLUMNS

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C where PyYAML has it


class Command(RecordsCommand):
    help = (
        "Load accounts and their people from a CSV, JSON or YAML file, all of it or nothing. A field that the file leaves out "
        "or empty is not touched. Without a file: the invented ones, for the demonstration only. Safe to repeat."
    )
    noun = "accounts"
    columns = COLUMNS
    loader = load_accounts

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        next(action for action in parser._actions if action.dest == "file").nargs = "?"

    def handle(self, *args: Any, file: Path | None, dry_run: bool, **options: Any) -> None:
        if file is not None:
            super().handle(*args, file=file, dry_run=dry_run, **options)
            return
        if dry_run:
            raise CommandError("Name the file to look at: load_accounts FILE --dry-run.")
        self._demonstration(is_quiet=options["verbosity"] == 0)

    def _demonstration(self, *, is_quiet: bool) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "These accounts are invented and must not mix with real ones. "
                "Run it with DJANGO_SETTINGS_MODULE=ecosystem.settings.dev and a database of its own."
            )
        private, today = _read("accounts.yaml"), timezone.localdate()
        people = {one["slug"]: one for tenant in _read("tenants.yaml") for one in tenant.get("people", [])}
        total = len(private["accounts"]) + len(private["enquiries"])
        with tqdm(total=total, desc="Accounts", leave=False, disable=True if is_quiet else None) as bar:
            accounts = demonstration.load_accounts(private["accounts"], people, today, lambda: bar.update() and None)
            enquiries = demonstration.load_enquiries(private["enquiries"], today, lambda: bar.update() and None)
        if not is_quiet:
            self.stdout.write(f"Accounts: {accounts} loaded, enquiries: {enquiries} loaded")


def _read(name: str) -> Any:
    content = (Path(settings.BASE_DIR) / "assets" / "demonstration" / name).read_bytes()
    return yaml.load(content, Loader=LOADER)  # noqa: S506 -- both are the safe loader
