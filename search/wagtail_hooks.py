"""The editors' synonyms in the CMS."""

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import Synonym


class SynonymViewSet(SnippetViewSet):
    model = Synonym
    icon = "search"
    menu_label = "Search synonyms"
    menu_order = 320
    add_to_admin_menu = True
    list_display = ["__str__", "note"]
    search_fields = ["terms", "one_way_from", "note"]


register_snippet(SynonymViewSet)
