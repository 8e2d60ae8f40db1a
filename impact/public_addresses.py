"""What a search engine may list beside the pages of the tree."""

from collections.abc import Iterator

from .models import StrategyTarget


def addresses() -> Iterator[str]:
    slugs = list(StrategyTarget.objects.values_list("slug", flat=True))
    if slugs:
        yield "/impact/"
    for slug in slugs:
        yield f"/impact/{slug}/"
