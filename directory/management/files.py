"""What the commands that load a file have in common: reading it, a progress bar, and refusing in words."""

import sys
from abc import abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from directory.importing.faults import SHOWN, Refused
from directory.importing.files import read_path
from directory.importing.reports import UNCHANGED, Report


class ProgressBar:
    """A bar on a terminal; silent in a log."""

    def __init__(self, unit: str) -> None:
        self.bar = tqdm(unit=f" {unit}", disable=not sys.stderr.isatty(), leave=False, file=sys.stderr)

    def __call__(self, done: int, total: int) -> None:
        self.bar.total = total
        self.bar.update(done - self.bar.n)
        if done == total:
            self.bar.close()


class FileCommand(BaseCommand):
    """Load one file, all of it or nothing. Exit status 1 when it is refused."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="A CSV, JSON or YAML file.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen and write nothing.")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            self.load(file.name, read_path(file), dry_run=dry_run, verbosity=options["verbosity"])
        except Refused as refused:
            for fault in refused.faults[:SHOWN]:
                self.stderr.write(str(fault))
            if (hidden := len(refused.faults) - SHOWN) > 0:
                self.stderr.write(f"and {hidden:,} more")
            count = len(refused.faults)
            reasons = "1 reason" if count == 1 else f"{count:,} reasons"
            raise CommandError(f"{file.name} was refused for {reasons}. Nothing was written.") from refused
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")

    @abstractmethod
    def load(self, name: str, data: bytes, *, dry_run: bool, verbosity: int) -> None:
        """Load ``data``, the content of the file called ``name``. Raises Refused."""


class Described(Protocol):
    """A column of a file that says what belongs into it."""

    @property
    def hint(self) -> str: ...


class RecordsCommand(FileCommand):
    """Load records, and say what became of each row. A subclass names them, their columns and what loads them."""

    noun: str  # "organisations"
    columns: Mapping[str, Described]
    loader: Callable[..., Report]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.epilog = "Columns (in CSV, lists are separated by semicolons): " + "; ".join(
            f"{name}: {column.hint}" for name, column in self.columns.items()
        )

    def load(self, name: str, data: bytes, *, dry_run: bool, verbosity: int) -> None:
        report = type(self).loader(name, data, dry_run=dry_run, progress=ProgressBar(self.noun))
        for note in report.notes:
            self.stdout.write(f"Note: {note}")
        for change in report.changes:
            if verbosity > 1 or (dry_run and change.what != UNCHANGED):
                fields = f" ({', '.join(change.fields)})" if change.fields else ""
                self.stdout.write(f"line {change.line}: {change.slug} {change.what}{fields}")
        self.stdout.write(f"{self.noun.capitalize()}: {report}, 0 refused.")
