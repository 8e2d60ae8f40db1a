"""Which documents have which value of a facet: what filters and counts are worked out from.

The sets follow from the ``facets`` of the documents, are written in the same transaction, and can be made anew from them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F

from .bitmaps import CHUNK, Bitmap, packed, unpacked
from .locking import wait_for_turn
from .models import FacetSet, IndexedDocument

Facets = Mapping[str, Sequence[str]]
Piece = tuple[str, str, int]  # facet, value, chunk


class Changes:
    """What becomes of the sets when some documents change. The caller has its turn to write."""

    def __init__(self) -> None:
        self._joined: dict[Piece, int] = defaultdict(int)
        self._left: dict[Piece, int] = defaultdict(int)

    def note(self, pk: int, before: Facets, after: Facets) -> None:
        had, has = _pairs(before), _pairs(after)
        chunk, bit = pk // CHUNK, 1 << (pk % CHUNK)
        for pair in has - had:
            self._joined[(*pair, chunk)] |= bit
        for pair in had - has:
            self._left[(*pair, chunk)] |= bit

    def write(self) -> None:
        """Three statements at most; none where no document has other values than before."""
        pieces = self._joined.keys() | self._left.keys()
        if not pieces:
            return
        facets, values, chunks = (sorted(set(part)) for part in zip(*pieces, strict=True))
        found = FacetSet.objects.filter(facet__in=facets, value__in=values, chunk__in=chunks)
        rows = {(row.facet, row.value, row.chunk): row for row in found}
        wanted = {}
        for piece in pieces:
            bits = unpacked(rows[piece].members) if piece in rows else 0
            wanted[piece] = bits & ~self._left.get(piece, 0) | self._joined.get(piece, 0)
        _save(wanted, rows)


def repair() -> None:
    """Make all sets anew from the documents, a piece a transaction; what is right is not written."""
    for chunk in _chunks():
        with transaction.atomic():
            wait_for_turn()
            _save(*_differences(chunk))


def wrong() -> list[str]:
    """The values, as ``facet=value``, whose sets do not say what the documents say."""
    found = set()
    for chunk in _chunks():
        with transaction.atomic():
            wait_for_turn()
            wanted, _ = _differences(chunk)
        found |= {f"{facet}={value}" for facet, value, _ in wanted}
    return sorted(found)


def _chunks() -> list[int]:
    of_documents = IndexedDocument.objects.order_by().values_list(F("pk") / CHUNK, flat=True).distinct()
    of_sets = FacetSet.objects.order_by().values_list("chunk", flat=True).distinct()
    return sorted({*of_documents, *of_sets})


def _differences(chunk: int) -> tuple[dict[Piece, int], dict[Piece, FacetSet]]:
    """The pieces of ``chunk`` that are wrong, with the bits that would be right; and the rows that there are."""
    having: dict[Piece, list[int]] = defaultdict(list)
    documents = IndexedDocument.objects.filter(pk__gte=chunk * CHUNK, pk__lt=(chunk + 1) * CHUNK)
    for pk, facets in documents.values_list("pk", "facets").iterator(2000):
        for facet, value in _pairs(facets):
            having[facet, value, chunk].append(pk)
    right = {piece: Bitmap.of(pks).chunks[chunk] for piece, pks in having.items()}
    rows = {(row.facet, row.value, row.chunk): row for row in FacetSet.objects.filter(chunk=chunk)}
    pieces = right.keys() | rows.keys()
    stored = {piece: unpacked(row.members) for piece, row in rows.items()}
    return {piece: right.get(piece, 0) for piece in pieces if right.get(piece, 0) != stored.get(piece)}, rows


def _save(wanted: Mapping[Piece, int], rows: Mapping[Piece, FacetSet]) -> None:
    """Write these bits; a piece without any goes."""
    if empty := [rows[piece].pk for piece, bits in wanted.items() if not bits and piece in rows]:
        FacetSet.objects.filter(pk__in=empty).delete()
    FacetSet.objects.bulk_create(
        [FacetSet(facet=f, value=v, chunk=c, members=packed(bits)) for (f, v, c), bits in wanted.items() if bits],
        update_conflicts=True,
        unique_fields=["facet", "value", "chunk"],
        update_fields=["members"],
    )


def _pairs(facets: Facets) -> set[tuple[str, str]]:
    return {(facet, value) for facet, values in facets.items() for value in values}
