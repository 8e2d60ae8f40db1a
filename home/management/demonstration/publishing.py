"""A page into the tree and out to the readers, as an editor would."""

from wagtail.models import Page


def publish(page: Page, *, under: Page) -> None:
    """Add ``page``, whole with its lists, and publish it with a first revision."""
    Page.objects.get(pk=under.pk).add_child(
        instance=page
    )  # from the database: the parent's count of children must be right
    page.save_revision().publish()
    page.refresh_from_db()


def has_child(parent: Page, slug: str) -> bool:
    return bool(parent.get_children().filter(slug=slug).exists())
