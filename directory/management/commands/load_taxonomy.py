"""Loads the controlled lists: stages, needs, themes, kinds, sectors, kinds of relation, places and sources."""

from directory.importing.taxonomy import load_suggestions, load_taxonomy
from directory.management.files import FileCommand


class Command(FileCommand):
    help = "Add the entries of the controlled lists that are missing. What exists belongs to the editors and stays as it is."

    def load(self, name: str, data: bytes, *, dry_run: bool, verbosity: int) -> None:
        for key, added in load_taxonomy(name, data, dry_run=dry_run).items():
            self.stdout.write(f"{key.replace('_', ' ')}: {added} added")
        if not dry_run:
            self.stdout.write(f"needs that now name an organisation first: {load_suggestions(name, data)}")
