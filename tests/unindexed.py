"""Records that nobody seeks yet: without an index, saving a page takes a third of the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from modelsearch import signal_handlers
from wagtail.signal_handlers import disable_reference_index_auto_update

from search.receivers import paused


@contextmanager
def nothing_indexed() -> Iterator[None]:
    """Until the end of the block: not by us, and not by the CMS for itself, neither words nor uses."""
    with pytest.MonkeyPatch.context() as patch, paused(), disable_reference_index_auto_update():
        patch.setattr(signal_handlers, "insert_or_update_object_task", SimpleNamespace(enqueue=lambda *_: None))
        yield
