"""What can be found of the directory. Importing the modules registers their sources."""

from directory.models import CohortIndexPage, DirectoryIndexPage, SupportPage
from search.documents import exclude_from_search

from . import organisations, programmes

for page_type in (DirectoryIndexPage, CohortIndexPage, SupportPage):  # they only lead to what is found
    exclude_from_search(page_type)

__all__ = ["organisations", "programmes"]
