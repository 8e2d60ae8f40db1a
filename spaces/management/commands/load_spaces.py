"""Loads spaces from a file that an editor or a script wrote."""

from directory.management.files import RecordsCommand
from spaces.importing.columns import COLUMNS
from spaces.importing.loading import load_spaces


class Command(RecordsCommand):
    help = (
        "Load spaces from a CSV, JSON or YAML file, all of it or nothing. Only slug or name is required; in YAML and JSON the "
        "lists beside them (hours, access_features, gates, allowances, building, floors) are read too, and what is missing of "
        "them is added. A field that the file leaves out or empty is not touched."
    )
    noun = "spaces"
    columns = COLUMNS
    loader = load_spaces
