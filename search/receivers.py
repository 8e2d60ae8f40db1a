"""Every change says one thing: look at these records again. What they hold now is read from the database, later.

The instance in hand is never indexed: after a draft is saved it carries words that nobody may see yet.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from .documents import sources
from .facets import forget_terms
from .models import ExactName, FacetEntry, IndexedDocument, Synonym, VocabularyWord
from .parsing import forget_synonyms
from .tasks import refresh_documents

OWN = (IndexedDocument, FacetEntry, ExactName, VocabularyWord)
_paused: ContextVar[bool] = ContextVar("search-receivers-paused", default=False)


@contextmanager
def paused() -> Iterator[None]:
    """Leave the index alone, for loaders that rebuild it at their end."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


@receiver(post_save)
@receiver(post_delete)
def record_changed(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if kwargs.get("raw") or isinstance(instance, OWN):
        return
    if isinstance(instance, Synonym):
        forget_synonyms()
    elif isinstance(instance, PageViewRestriction):
        look_again_below(instance.page)
    else:
        look_again(instance)


@receiver(m2m_changed)
def links_changed(sender: type[Model], instance: Any, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and isinstance(instance, Model):
        look_again(instance)


@receiver([page_published, page_unpublished])
def page_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    look_again(instance)


@receiver([page_slug_changed, post_page_move])
def address_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    look_again_below(instance)


def look_again(instance: Model) -> None:
    """Enqueue a look at every document that shows something of ``instance``."""
    keys: dict[str, list[str]] = {}
    for source in sources():
        found = [str(k) for k in source.affected_by(instance)]
        if isinstance(instance, source.model):
            found.append(str(instance.pk))
        if found:
            keys[source.type] = list(dict.fromkeys(found))
    _enqueue(keys)
    if any(isinstance(instance, model) for model in _term_models()):
        forget_terms()


def look_again_below(page: Page) -> None:
    """Enqueue a look at the documents of ``page`` and of every page below it."""
    keys: dict[str, list[str]] = {}
    for source in sources():
        if issubclass(source.model, Page):
            below = source.model._default_manager.filter(path__startswith=page.path).values_list("pk", flat=True)
            if found := [str(pk) for pk in below]:
                keys[source.type] = found
    _enqueue(keys)


def _enqueue(keys: dict[str, list[str]]) -> None:
    if keys and not _paused.get():
        refresh_documents.enqueue(keys=keys)


def _term_models() -> Iterable[type[Model]]:
    return {model for source in sources() for model in source.term_models}
