"""Begins a new version of the public content whenever an editor changes something that readers see."""

from typing import Any

from django.db import models
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Collection, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move, published, unpublished
from wagtail.snippets.models import get_snippet_models

from .page_cache import bump_on_commit

# What Wagtail writes on a page when a draft is saved: nothing that a reader sees.
DRAFT_FIELDS = frozenset(
    {
        "latest_revision",
        "latest_revision_created_at",
        "draft_title",
        "has_unpublished_changes",
        "go_live_at",
        "expire_at",
    }
)
SEEN_BY_READERS = (
    Page,
    PageViewRestriction,
    Site,
    Redirect,
    BaseSiteSetting,
    BaseGenericSetting,
    AbstractImage,
    AbstractDocument,
    Collection,
)


@receiver([page_published, page_unpublished, post_page_move, published, unpublished])
def content_changed(**kwargs: Any) -> None:
    bump_on_commit()


@receiver(post_save)
def record_saved(sender: type[models.Model], raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    only_draft = update_fields is not None and DRAFT_FIELDS.issuperset(update_fields)
    if is_seen_by_readers(sender) and not only_draft:
        bump_on_commit(kwargs.get("using"))


@receiver(post_delete)
def record_deleted(sender: type[models.Model], **kwargs: Any) -> None:
    if is_seen_by_readers(sender):
        bump_on_commit(kwargs.get("using"))


def is_seen_by_readers(model: type[models.Model]) -> bool:
    return issubclass(model, SEEN_BY_READERS) or issubclass(model, tuple(get_snippet_models()))
