"""Indexes everything again, in place, while searches go on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from search.engines import EngineUnavailable
from search.indexing import rebuild


class Command(BaseCommand):
    help = "Index every record again and forget what is gone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="No progress bars.")

    def handle(self, *args: Any, quiet: bool, **options: Any) -> None:
        bars: dict[str, tqdm[Any]] = {}

        def show(type_: str, done: int, total: int) -> None:
            bar = bars.setdefault(
                type_, tqdm(total=total, desc=type_, unit=" documents", disable=True if quiet else None)
            )
            bar.update(done - bar.n)

        try:
            totals = rebuild(show)
        except EngineUnavailable as error:
            raise CommandError(
                f"The database's own index is complete and answers. The server has to be told later: {error}"
            ) from error
        finally:
            for bar in bars.values():
                bar.close()
        self.stdout.write("Indexed " + ", ".join(f"{n} {type_}" for type_, n in totals.items()) + ".")
