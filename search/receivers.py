"""Every change says one thing: look at these records again. What they hold now is read from the database, later.

The instance in hand is never indexed: after a draft is saved it carries words that nobody may see yet. Only what is taken
back does not wait: its documents go with the change itself, whether a worker runs or not.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from . import pinned
from .documents import DocumentSource, source_for, sources
from .facets import forget_terms
from .indexing import take_back
from .models import (
    DailyQuery,
    ExactName,
    FacetSet,
    IndexedDocument,
    PendingChange,
    PinnedPage,
    PinnedResult,
    Synonym,
    VocabularyWord,
)
from .parsing import forget_synonyms
from .tasks import refresh_documents

OWN = (IndexedDocument, FacetSet, ExactName, PendingChange, VocabularyWord, DailyQuery)
MOST_FOLLOWED = 100  # pages below one that was moved or restricted
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
    elif isinstance(instance, PinnedResult | PinnedPage):
        pinned.forget()
    elif isinstance(instance, PageViewRestriction):
        take_back_below(instance.page)
        look_again_below(instance.page)
    else:
        look_again(instance)


@receiver(post_save)
def page_saved(sender: type[Model], instance: Model, raw: bool = False, **kwargs: Any) -> None:
    if isinstance(instance, Page) and not instance.live and not raw:
        _take_back(instance.specific_class or sender, [instance.pk])


@receiver(post_delete)
def record_deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    _take_back(sender, [instance.pk])


@receiver(m2m_changed)
def links_changed(sender: type[Model], instance: Any, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and isinstance(instance, Model):
        look_again(instance)


@receiver([page_published, page_unpublished])
def page_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    look_again(instance)


@receiver(post_page_move)
def page_moved(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    take_back_below(instance)  # it may stand below a restricted page now


@receiver([page_slug_changed, post_page_move])
def address_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    look_again_below(instance)


def look_again(instance: Model) -> None:
    """Enqueue a look at every document that shows something of ``instance``."""
    keys: dict[str, list[str]] = {}
    for source in () if _paused.get() else sources():
        found = [str(k) for k in source.affected_by(instance)]
        if isinstance(instance, source.model):
            found.append(str(instance.pk))
        if found:
            keys[source.type] = list(dict.fromkeys(found))
    _enqueue(keys)
    if any(isinstance(instance, model) for model in _term_models()):
        forget_terms()


def look_again_below(page: Page) -> None:
    """Enqueue a look at the documents of ``page``, of every page below it, and of whatever names one of them."""
    keys: dict[str, set[str]] = {}
    of_pages = [source for source in sources() if issubclass(source.model, Page)]
    below = [obj for source in of_pages for obj in _below(source, page)[: MOST_FOLLOWED + 1]]
    if len(below) > MOST_FOLLOWED:  # so many that asking who names each costs more than looking at everything
        keys = {source.type: {str(pk) for pk in _pages(source).values_list("pk", flat=True)} for source in of_pages}
    else:
        for obj in below:
            for source in sources():
                found = {str(key) for key in source.affected_by(obj)}
                found |= {str(obj.pk)} if isinstance(obj, source.model) else set()
                keys.setdefault(source.type, set()).update(found)
    _enqueue({type_: sorted(found) for type_, found in keys.items() if found})


def take_back_below(page: Page) -> None:
    """Forget the documents of ``page`` and of every page below it that a visitor may not open any more."""
    for source in sources():
        if issubclass(source.model, Page):
            _take_back(source.model, _below(source, page).values_list("pk", flat=True))


def _take_back(model: type[Model], keys: Iterable[Any]) -> None:
    if (source := source_for(model)) and not _paused.get():
        take_back({source.type: keys})


def _below(source: DocumentSource, page: Page) -> QuerySet[Any]:
    return _pages(source).filter(path__startswith=page.path)


def _pages(source: DocumentSource) -> QuerySet[Any]:
    pages: QuerySet[Any] = source.model._default_manager.all()
    return pages


def _enqueue(keys: dict[str, list[str]]) -> None:
    if keys and not _paused.get():
        refresh_documents.enqueue(keys=keys)


def _term_models() -> Iterable[type[Model]]:
    return {model for source in sources() for model in source.term_models}
