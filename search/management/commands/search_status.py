"""Says how far the index is from the database."""

import json
import sys
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser

from search.engine import engine
from search.indexing import REBUILT_KEY, drift


class Command(BaseCommand):
    help = "Documents of each type, and drift between index and database. Exit status 1 when there is drift."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="For programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        drifts = drift()
        clean = all(d.is_clean for d in drifts)
        rebuilt_at = cache.get(REBUILT_KEY)
        if options["json"]:
            status = {
                "engine": engine().name,
                "clean": clean,
                "types": [d.__dict__ for d in drifts],
            }
            self.stdout.write(json.dumps(status))
        else:
            self.stdout.write(f"Engine: {engine().name}")
            if rebuilt_at:
                self.stdout.write(f"Last rebuilt: {rebuilt_at:%Y-%m-%d %H:%M} UTC")
            for d in drifts:
                self.stdout.write(f"{d.type:<14} {d.documents:>7} documents, {d.records:>7} records")
                for word, keys in (("not indexed", d.missing), ("no longer public", d.stale)):
                    if keys:
                        self.stdout.write(f"{'':<14} {len(keys)} {word}: {', '.join(keys[:10])}")
            self.stdout.write("No drift." if clean else "Drift. Run: python manage.py search_rebuild")
        if not clean:
            sys.exit(1)
