"""The files of the demonstration, and how their words become fields."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import CommandError
from django.db.models import Model
from django.utils.html import escape

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C where PyYAML has it: ten times as fast


def folder() -> Path:
    return Path(settings.BASE_DIR) / "assets" / "demonstration"


def read(name: str) -> Any:
    """The content of ``name`` in the demonstration's folder."""
    return yaml.load((folder() / name).read_bytes(), Loader=LOADER)  # noqa: S506 -- both are the safe loader


def paragraphs(words: str | None) -> list[str]:
    """A line break in the file parts paragraphs."""
    return [line.strip() for line in (words or "").splitlines() if line.strip()]


def rich_text(words: Iterable[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in words)


def bullet_list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


class BySlug:
    """Records of a model that the files name by their slug."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.found: dict[str, Any] = {record.slug: record for record in model._default_manager.all()}  # type: ignore[attr-defined]

    def __call__(self, slug: str, where: str) -> Any:
        """Raises CommandError when there is no such record; ``where`` is what names it."""
        try:
            return self.found[slug]
        except KeyError:
            noun = self.model._meta.verbose_name
            raise CommandError(
                f"{where} names the {noun} “{slug}”, which does not exist. Mend the slug or add the {noun}."
            ) from None
