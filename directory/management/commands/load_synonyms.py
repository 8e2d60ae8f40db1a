"""Loads the editors' table of synonyms for the search."""

from directory.importing.synonyms import load_synonyms
from directory.management.files import FileCommand


class Command(FileCommand):
    help = "Add the groups of synonyms that are missing. What exists belongs to the editors and stays as it is."

    def load(self, name: str, data: bytes, *, dry_run: bool, verbosity: int) -> None:
        self.stdout.write(f"Synonyms: {load_synonyms(name, data, dry_run=dry_run)}.")
