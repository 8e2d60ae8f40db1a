"""The import of events in the CMS: the same steps as for organisations."""

from directory.views.imports import Importer, may_import_below
from directory.views.imports_in_cms import put_into_cms
from events.importing.columns import COLUMNS
from events.importing.loading import load_events
from events.models import EventIndexPage

EVENTS = Importer(
    namespace="events_import",
    title="Import events",
    noun="event",
    introduction="A row with a slug that is there already corrects that event; any other adds one, and publishes it.",
    required="slug, starts_at and ends_at",
    command="load_events",
    columns={name: column.hint for name, column in COLUMNS.items()},
    load=load_events,
    may=may_import_below(EventIndexPage),
)

put_into_cms(EVENTS, at="events/import/", label="Import events", order=451)
