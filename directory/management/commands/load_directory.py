"""Loads organisations into the directory from a file that an editor, a partner or a script wrote."""

from directory.importing.columns import COLUMNS
from directory.importing.loading import load_organisations
from directory.management.files import RecordsCommand


class Command(RecordsCommand):
    help = (
        "Load organisations from a CSV, JSON or YAML file, all of it or nothing. Only slug or name is required; a field that "
        "the file leaves out or empty is not touched. Text, terms and choices become what the file says, also where an editor "
        "wrote something else; names, identifiers, offers, relations and people are added and corrected, never taken away."
    )
    noun = "organisations"
    columns = COLUMNS
    loader = load_organisations
