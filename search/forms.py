"""What the CMS checks of an editor's entry beyond its fields."""

from wagtail.admin.forms import WagtailAdminModelForm

from .documents import source_for


class PinnedResultForm(WagtailAdminModelForm):
    """Refuses pages that search never shows, such as lists: pinned, they would silently not appear."""

    def is_valid(self) -> bool:
        for child in self.formsets["pages"].forms:
            page = child.cleaned_data.get("page") if child.is_valid() else None
            if page is not None and source_for(page.specific_class) is None:
                kind = page.specific_class._meta.verbose_name
                child.add_error(
                    "page", f"Search never shows a page of the kind “{kind}”. Choose a page that can be found."
                )
        valid: bool = super().is_valid()
        return valid
