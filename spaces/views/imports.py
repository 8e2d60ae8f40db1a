"""The import of spaces in the CMS: the same steps as for organisations."""

from directory.views.imports import Importer, may_import_below
from directory.views.imports_in_cms import put_into_cms
from spaces.importing.columns import COLUMNS
from spaces.importing.loading import load_spaces
from spaces.models import SpaceIndexPage

SPACES = Importer(
    namespace="spaces_import",
    title="Import spaces",
    noun="space",
    introduction="A row with a slug or name that is there already corrects that space; any other adds one, and publishes it.",
    required="slug or name",
    command="load_spaces",
    columns={name: column.hint for name, column in COLUMNS.items()},
    load=load_spaces,
    may=may_import_below(SpaceIndexPage),
)

put_into_cms(SPACES, at="spaces/import/", label="Import spaces", order=452)
