"""Loads events from a file that an editor, a partner or a script wrote."""

from directory.management.files import RecordsCommand
from events.importing.columns import COLUMNS
from events.importing.loading import load_events


class Command(RecordsCommand):
    help = (
        "Load events from a CSV, JSON or YAML file, all of it or nothing. Only slug, starts_at and ends_at are required; times "
        "are London time where they say no other. A field that the file leaves out or empty is not touched."
    )
    noun = "events"
    columns = COLUMNS
    loader = load_events
