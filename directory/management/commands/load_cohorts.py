"""Loads programmes and cohorts."""

from directory.importing.cohorts import load_cohorts
from directory.management.files import FileCommand


class Command(FileCommand):
    help = "Add the programmes and cohorts that are missing. Dates may count from today; what exists never moves."

    def load(self, name: str, data: bytes, *, dry_run: bool, verbosity: int) -> None:
        self.stdout.write(f"Programmes and cohorts: {load_cohorts(name, data, dry_run=dry_run)}.")
