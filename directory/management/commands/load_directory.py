"""Loads organisations into the directory from a file that an editor, a partner or a script wrote."""

from typing import Any

from django.core.management.base import CommandParser

from directory.importing.columns import COLUMNS
from directory.importing.loading import load_organisations
from directory.importing.reports import UNCHANGED
from directory.management.files import FileCommand, ProgressBar


class Command(FileCommand):
    help = (
        "Load organisations from a CSV, JSON or YAML file, all of it or nothing. Only slug or name is required; a field that "
        "the file leaves out or empty is not touched. Text, terms and choices become what the file says, also where an editor "
        "wrote something else; names, identifiers, offers, relations and people are added and corrected, never taken away."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.epilog = "Columns (in CSV, lists are separated by semicolons): " + "; ".join(
            f"{name}: {column.hint}" for name, column in COLUMNS.items()
        )

    def load(self, name: str, data: bytes, *, dry_run: bool, verbosity: int) -> None:
        progress: Any = ProgressBar("organisations")
        report = load_organisations(name, data, dry_run=dry_run, progress=progress)
        for note in report.notes:
            self.stdout.write(f"Note: {note}")
        for change in report.changes:
            if verbosity > 1 or (dry_run and change.what != UNCHANGED):
                fields = f" ({', '.join(change.fields)})" if change.fields else ""
                self.stdout.write(f"line {change.line}: {change.slug} {change.what}{fields}")
        self.stdout.write(f"Organisations: {report}, 0 refused.")
