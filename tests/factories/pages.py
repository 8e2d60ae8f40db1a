"""Pages in Wagtail's tree: every page factory extends ``PageFactory`` and says where its pages stand."""

from typing import Any

import factory
from factory.django import DjangoModelFactory
from wagtail.models import Page, PageViewRestriction, Site


def site_root() -> Page:
    """The page at ``/``: whatever the migrations made it."""
    return Site.objects.get(is_default_site=True).root_page


def publish(page: Page) -> Page:
    """Publish ``page`` as the CMS does, with its revision and its signals; return it as stored."""
    page.save_revision().publish()
    return page.specific_class.objects.get(pk=page.pk)


def changed(page: Page, **fields: object) -> Any:
    """Publish ``page``, as it is stored, with other ``fields``; return it as stored."""
    page = page.specific_class.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    return publish(page)


def restrict(page: Page) -> None:
    """Let only people who signed in see ``page`` and everything below it."""
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


class PageFactory(DjangoModelFactory):
    """Adds the page under ``parent``; without one, under ``default_parent()``.

    Lists that belong to the page are set before its first save, so that whoever looks when it is saved finds it whole.
    """

    class Meta:
        abstract = True

    title = factory.Sequence(lambda n: f"Page {n}")

    @classmethod
    def default_parent(cls) -> Page:
        return site_root()

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, **kwargs: Any) -> Page:
        parent = kwargs.pop("parent", None) or cls.default_parent()
        page = cls._build(model_class, *args, **kwargs)
        # The parent's count of children changes with every child: always from the stored one.
        Page.objects.get(pk=parent.pk).add_child(instance=page)
        return page

    @classmethod
    def _build(cls, model_class: type[Page], *args: Any, **kwargs: Any) -> Page:
        kwargs.pop("parent", None)
        many = {field.name for field in model_class._meta.many_to_many}
        related = {relation.get_accessor_name() for relation in model_class._meta.related_objects}
        lists = {name: kwargs.pop(name) for name in list(kwargs) if name in many | related}
        page = model_class(*args, **kwargs)
        for name, members in lists.items():
            setattr(page, name, list(members))
        return page
