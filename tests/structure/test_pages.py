"""The page tree: an editor is never offered a page where it cannot work."""

import pytest
from django.template.loader import get_template
from django.utils.module_loading import import_string
from wagtail.models import Page, get_page_models

OURS = [model for model in get_page_models() if model is not Page]


def test_there_are_page_types() -> None:
    assert len(OURS) >= 10


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_each_type_names_the_pages_below_it(model: type[Page]) -> None:
    """Left unsaid, Wagtail would offer every type."""
    assert "subpage_types" in vars(model)
    assert Page not in model.clean_subpage_models()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_each_type_has_a_place(model: type[Page]) -> None:
    assert model.allowed_parent_page_models()


def test_only_the_home_page_stands_at_the_root() -> None:
    """Beside the home page nothing has an address."""
    assert [model.__name__ for model in OURS if Page in model.allowed_parent_page_models()] == ["HomePage"]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_page_that_holds_a_list_exists_once(model: type[Page]) -> None:
    """Its list is of everything there is, so a second one would show the same."""
    if model.__name__.endswith("IndexPage") or model.__name__ in {"HomePage", "SupportPage"}:
        assert model.max_count == 1


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_each_type_has_something_to_show(model: type[Page]) -> None:
    """A view of its own app, named as text, or else a template."""
    views = [name for name in (model.view, *model.parts.values()) if name]
    for name in views:
        assert callable(import_string(name))
        assert name.startswith(f"{model._meta.app_label}.views.")
    if not model.view:
        get_template(model.template)
