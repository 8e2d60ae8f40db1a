"""What editors teach search, in the CMS: synonyms and pinned results; and what people searched for."""

from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet, SnippetViewSetGroup

from . import report_in_cms
from .forms import PinnedResultForm
from .models import PinnedResult, Synonym

__all__ = ["report_in_cms"]  # importing it registers its hooks


class PrefilledCreateView(CreateView):
    """Begins with what the address says, and afterwards goes back to where that was clicked."""

    prefilled: tuple[str, ...] = ("terms", "one_way_from", "phrases")
    request: HttpRequest

    def get_initial_form_instance(self) -> Any:
        instance = super().get_initial_form_instance() or self.model()
        for field in self.model._meta.fields:
            if field.name in self.prefilled and field.name in self.request.GET:
                setattr(instance, field.name, self.request.GET[field.name][: field.max_length or 500])
        return instance

    def get_add_url(self) -> str:
        url, back = super().get_add_url(), get_valid_next_url_from_request(self.request)
        return f"{url}?{urlencode({'next': back})}" if back else url

    def get_success_url(self) -> str:
        return str(get_valid_next_url_from_request(self.request) or super().get_success_url())


class SynonymViewSet(SnippetViewSet):
    model = Synonym
    icon = "search"
    menu_label = "Synonyms"
    list_display = ["__str__", "note"]
    search_fields = ["terms", "one_way_from", "note"]
    add_view_class = PrefilledCreateView


class PinnedResultViewSet(SnippetViewSet):
    model = PinnedResult
    icon = "thumbtack"
    menu_label = "Pinned results"
    list_display = ["__str__", DateColumn("valid_until", label="Until", sort_key="valid_until"), "note"]
    search_fields = ["phrases", "note"]
    add_view_class = PrefilledCreateView
    edit_handler = ObjectList(PinnedResult.panels, base_form_class=PinnedResultForm)


class SiteSearchGroup(SnippetViewSetGroup):
    """What editors teach the site's search."""

    menu_label = "Site search"
    menu_icon = "search"
    menu_order = 320
    items = (SynonymViewSet, PinnedResultViewSet)


register_snippet(SiteSearchGroup)
