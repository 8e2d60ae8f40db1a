"""What an empty answer offers besides its filters: words that stand near those that were typed, and the whole village."""

from dataclasses import replace

from .engines import Engine
from .parsing import ParsedQuery, parse
from .query import Query
from .results import OtherWords, Results


def offer_other_words(results: Results, used: Engine, parsed: ParsedQuery, query: Query) -> None:
    """Put into ``results`` what would find something. Filters in force are likelier to be the reason: then, nothing."""
    if not parsed or query.filters:
        return
    near = _near(parsed, query)
    without_types = [(parsed, replace(query, types=frozenset()))] if query.types else []
    counts = used.counts([*((other, query) for other in near), *without_types])
    results.elsewhere = counts.pop() if without_types else 0
    results.other_words = [OtherWords(other.text, count) for other, count in zip(near, counts, strict=True) if count]


def _near(parsed: ParsedQuery, query: Query) -> list[ParsedQuery]:
    if not query.exact:
        return list(parsed.near)
    mended = parse(query.text)  # they insisted on their spelling; now it may be mended
    return [replace(mended, text=mended.corrected), *mended.near] if mended.corrected else []
