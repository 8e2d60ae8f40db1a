"""Puts the import into the CMS: its addresses, its entry in the menu and how its runs read in a page's history.

Imported by ``directory.wagtail_hooks``, which is where Wagtail looks.
"""

from typing import Any

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

from directory.importing.loading import IMPORTED


@hooks.register("register_log_actions")
def imports_in_history(actions: LogActionRegistry) -> None:
    @actions.register_action(IMPORTED)
    class Imported(LogFormatter):
        label = "Import"

        def format_message(self, log_entry: Any) -> str:
            return f"Imported from {log_entry.data.get('file', 'a file')}"
