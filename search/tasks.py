"""Indexing as background work: enqueued with the change, done after it is committed."""

from core.tasks import durable

from .indexing import refresh


@durable
def refresh_documents(keys: dict[str, list[str]]) -> None:
    """Look again at these records. Safe to run twice, and in any order: it reads the database, not the change."""
    refresh(keys)
