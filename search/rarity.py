"""How much a word tells, from the statistics that PostgreSQL keeps of the full-text column.

``ts_rank`` counts every word alike, so that in “kidney test at home” the house wins over the kidney. BM25, which SQLite
ranks with, weighs a word by how few documents have it; here the share of documents comes from ``pg_stats``, which
``ANALYZE`` fills, and costs one look a minute.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection

from .models import IndexedDocument
from .parsing import Alternative, Group

KEPT_FOR = 60  # seconds; the statistics of a large table hardly change in a day
LEAST_WEIGHT = 0.05  # even a word that every document has counts a little
STATISTICS = """
    SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats
    WHERE schemaname = ANY (current_schemas(false)) AND tablename = %s AND attname = 'tsv'
"""


@dataclass(frozen=True)
class Shares:
    """For each common stem the share of documents that have it, from 0 to 1; ``rare`` for all others."""

    known: Mapping[str, float] = field(default_factory=dict)
    rare: float = 0.5

    def weight(self, group: Group) -> float:
        """What having ``group`` tells of a document: 0 would be nothing, each further unit is 2.7 times rarer."""
        share = min(sum(self._of(alternative) for alternative in group.alternatives), 1.0)
        return max(-math.log(share), LEAST_WEIGHT)

    def _of(self, alternative: Alternative) -> float:
        *first, last = alternative.stems
        shares = [self.known.get(stem, self.rare) for stem in first]
        if alternative.prefix:
            shares.append(max(sum(s for stem, s in self.known.items() if stem.startswith(last)), self.rare))
        else:
            shares.append(self.known.get(last, self.rare))
        return min(shares)  # a phrase is at least as rare as its rarest word


_kept: tuple[float, Shares] | None = None


def shares() -> Shares:
    """The shares as of the last minute. Before the first ``ANALYZE`` all words count alike."""
    global _kept  # noqa: PLW0603 -- one process, one copy
    if _kept is None or time.monotonic() - _kept[0] > KEPT_FOR:
        _kept = (time.monotonic(), _read())
    return _kept[1]


def forget() -> None:
    """Look anew at the next question; after ``ANALYZE``."""
    global _kept  # noqa: PLW0603
    _kept = None


def _read() -> Shares:
    with connection.cursor() as cursor:
        cursor.execute(STATISTICS, [IndexedDocument._meta.db_table])
        row = cursor.fetchone()
    if not row or not row[0]:
        return Shares()
    stems, frequencies = row
    # After the frequencies of the stems come the least and the greatest of them.
    return Shares(dict(zip(stems, frequencies, strict=False)), rare=frequencies[len(stems)] / 2)
