"""What the directory adds to the CMS. Importing the modules registers their hooks."""

from directory.views import imports_in_cms

__all__ = ["imports_in_cms"]
