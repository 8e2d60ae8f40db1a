"""Loads events from a file that an editor, a partner or a script wrote."""

from typing import Any

from django.core.management.base import CommandParser

from directory.importing.reports import UNCHANGED
from directory.management.files import FileCommand, ProgressBar
from events.importing.columns import COLUMNS
from events.importing.loading import load_events


class Command(FileCommand):
    help = (
        "Load events from a CSV, JSON or YAML file, all of it or nothing. Only slug, starts_at and ends_at are required; times "
        "are London time where they say no other. A field that the file leaves out or empty is not touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.epilog = "Columns (in CSV, lists are separated by semicolons): " + "; ".join(
            f"{name}: {column.hint}" for name, column in COLUMNS.items()
        )

    def load(self, name: str, data: bytes, *, dry_run: bool, verbosity: int) -> None:
        progress: Any = ProgressBar("events")
        report = load_events(name, data, dry_run=dry_run, progress=progress)
        for note in report.notes:
            self.stdout.write(f"Note: {note}")
        for change in report.changes:
            if verbosity > 1 or (dry_run and change.what != UNCHANGED):
                fields = f" ({', '.join(change.fields)})" if change.fields else ""
                self.stdout.write(f"line {change.line}: {change.slug} {change.what}{fields}")
        self.stdout.write(f"Events: {report}, 0 refused.")
