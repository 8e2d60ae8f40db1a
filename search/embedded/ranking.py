"""Which of the documents that were found come to the page, in which order.

What many documents have tells them apart badly and would take long to rank. So where more than MOST_RANKED are left, they
come in tiers: who is called exactly so, who has the words in a name, who in a name or summary, the rest. A tier of many
is in the order of browsing, a smaller one is ranked by its words. A page costs what its own tiers cost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

from search import rarity
from search.analysis import words_in
from search.bitmaps import Bitmap
from search.engines import Stored
from search.models import ExactName, IndexedDocument
from search.parsing import Alternative, Group, ParsedQuery
from search.query import Query

from .words import (
    Place,
    Sql,
    among,
    asking,
    both,
    either,
    expression,
    ids_having,
    ids_in,
    is_postgresql,
    marks,
    of_alternative,
    of_group,
    rows,
)

TABLE = IndexedDocument._meta.db_table
MOST_RANKED = 2000
MOST_READ = 10_000  # documents with one of the words, to rank MOST_RANKED of them by several

EXACT_NAME = 1000.0  # whoever is called exactly so comes first
FIELD_WEIGHTS = "10.0, 9.0, 3.0, 4.0, 1.0"  # title, names, keywords, summary, body
CLASS_WEIGHTS = "{0.1, 0.3, 0.4, 1.0}"  # the same for PostgreSQL: D, C, B, A

# BM25 levels off: however heavy a field, one word counts little more than twice. So the visitor's own words count again
# where they stand in a name or a summary, which also puts them before words that we read into the query.
PROMINENT_CLASSES = "{0.0, 0.0, 0.3, 1.0}"
# PostgreSQL's rank at which a word counts half of what it can: once in a body, once in a summary.
HALF, HALF_PROMINENT = 0.03, 0.06

# Where some of the words will do, somebody describes a thing and does not name it: how many of the words a document has says
# more than where they stand, and one in a name must not win over five in a description. What counts besides is that words
# which the visitor put side by side stand close together.
SOME_WEIGHTS, CLOSE_WEIGHTS = "2.0, 2.0, 2.0, 2.0, 1.0", "1.0, 1.0, 1.0, 1.0, 1.0"
CLOSE, COUNTS_CLOSE = 3, 0.15  # at most as many words between them, and what they count beside the words themselves
HALF_SOME, COUNTS_CLOSE_POSTGRESQL = 0.02, 0.4  # of a rank that takes the document's length into account, as BM25 does
FOUND = f"ts_rank('{CLASS_WEIGHTS}', w.tsv, to_tsquery('simple', %s))"
FOUND_BY_LENGTH = f"ts_rank('{CLASS_WEIGHTS}', w.tsv, to_tsquery('simple', %s), 1)"
FOUND_PROMINENT = f"ts_rank('{PROMINENT_CLASSES}', w.tsv, to_tsquery('simple', %s))"

BROWSED = "d.boost DESC, d.sort_title, d.id"
BY_DATE = "d.sort_date DESC NULLS LAST, d.sort_title, d.id"
SOONEST = "d.sort_date ASC NULLS LAST, d.sort_title, d.id"
ORDERS = {"name": "d.sort_title, d.id", "checked": BY_DATE, "newest": BY_DATE, "soonest": SOONEST}

# The columns of the model, not those that PostgreSQL's full text adds.
COLUMNS = ", ".join(f"d.{field.column}" for field in IndexedDocument._meta.concrete_fields)


@dataclass(frozen=True)
class Tier:
    documents: Bitmap
    words: str = ""  # what put them there, if anything did
    place: Place = Place.ANYWHERE
    told: ParsedQuery | None = None  # of the query, what tells them apart at little cost; without it, all of it


def page(parsed: ParsedQuery, query: Query, kept: Bitmap, *, any_word: bool) -> list[Stored]:
    """The documents of the page that ``query`` asks for."""
    first, last = (query.page - 1) * query.page_size, query.page * query.page_size
    if query.sort != "best" or not parsed:
        return _in_order(ORDERS.get(query.sort, BROWSED), kept, first, last)
    found: list[Stored] = []
    for tier in _tiers(parsed, kept, any_word=any_word):
        size = len(tier.documents)
        if first < size:
            if size > MOST_RANKED:
                found += _in_order(BROWSED, tier.documents, first, last)
            else:
                found += _ranked(parsed, tier, first, last, any_word=any_word)
        first, last = max(first - size, 0), last - size
        if last <= 0:
            break
    return found


# ---- tiers ----------------------------------------------------------------------------------------------------------
def _tiers(parsed: ParsedQuery, kept: Bitmap, *, any_word: bool) -> Iterator[Tier]:
    """From the most promising on. The next is looked for only when the page is not full yet."""
    if len(kept) > MOST_RANKED:
        for tier in _promising(parsed, kept, any_word=any_word):
            documents = tier.documents & kept
            if documents:
                yield replace(tier, documents=documents)
                kept -= documents
    yield Tier(kept)


def _promising(parsed: ParsedQuery, kept: Bitmap, *, any_word: bool) -> Iterator[Tier]:
    yield Tier(_called_exactly(parsed))
    if any_word:
        rare, told = _rarest(parsed)
        if rare:
            yield replace(_tier(expression(rare, any_word=True), Place.ANYWHERE), told=told)
    own = replace(parsed, groups=tuple(replace(group, alternatives=group.alternatives[:1]) for group in parsed.groups))
    words = expression(own, any_word=any_word)
    prominent = None
    if len(parsed.groups) > 1:  # then most often few enough have them in a name or summary, and ranking tells the rest
        prominent = _tier(words, Place.PROMINENT)
    if prominent is None or len(prominent.documents & kept) > MOST_RANKED:
        yield _tier(words, Place.CALLED)
    yield prominent or _tier(words, Place.PROMINENT)
    # Then also the words that we read into the query, then any of all these.
    for more in dict.fromkeys((expression(parsed, any_word=any_word), expression(parsed, any_word=True))):
        if more != words:
            yield _tier(more, Place.PROMINENT)


def _tier(words: str, place: Place) -> Tier:
    sql, args = ids_having(words, place)
    return Tier(Bitmap.of(ids_in(rows(f"SELECT {sql}", args)[0][0])), words, place)


def _called_exactly(parsed: ParsedQuery) -> Bitmap:
    where, args = _exact_names(parsed)
    return Bitmap.of(pk for (pk,) in rows(where, args)) if where else Bitmap()


def _rarest(parsed: ParsedQuery) -> tuple[ParsedQuery, ParsedQuery]:
    """Those of the words that few documents have, as far as these can be ranked: they tell more than all the others.

    With them those that rank the same documents at a bounded cost.
    """
    asked = [ids_having(of_group(group)) for group in parsed.groups]
    (found,) = rows(f"SELECT {', '.join(sql for sql, _ in asked)}", [arg for _, args in asked for arg in args])
    counts = sorted((len(ids_in(ids)), number) for number, ids in enumerate(found))
    sums = list(accumulate(count for count, _ in counts))

    def within(most: int) -> ParsedQuery:
        numbers = {number for total, (_, number) in zip(sums, counts, strict=True) if total <= most}
        return replace(parsed, groups=tuple(group for n, group in enumerate(parsed.groups) if n in numbers))

    return within(MOST_RANKED), within(MOST_READ)


# ---- order ----------------------------------------------------------------------------------------------------------
def _in_order(order: str, kept: Bitmap, first: int, last: int) -> list[Stored]:
    if len(kept) <= MOST_RANKED:
        those, args = among(list(kept))
        sql = f"SELECT d.id, 0.0 AS score FROM {TABLE} d WHERE d.id {those} ORDER BY {order} LIMIT %s OFFSET %s"
        return _documents(sql, [*args, last - first, first], order)
    ids = _read_in_order(order, kept, last)[first:last]
    with asking():
        documents = IndexedDocument.objects.in_bulk(ids)
    return [Stored(documents[pk], 0.0) for pk in ids if pk in documents]


def _read_in_order(order: str, kept: Bitmap, most: int) -> list[int]:
    """The first of ``kept``: all documents are gone through in an order that an index has, as far as it takes."""
    found: list[int] = []
    read, step = 0, 2 * most + 500
    while len(found) < most:
        ids = rows(f"SELECT d.id FROM {TABLE} d ORDER BY {order} LIMIT %s OFFSET %s", [step, read])
        found += [pk for (pk,) in ids if pk in kept]
        if len(ids) < step:
            break
        read, step = read + step, 4 * step
    return found


# ---- rank -----------------------------------------------------------------------------------------------------------
def _ranked(parsed: ParsedQuery, tier: Tier, first: int, last: int, *, any_word: bool) -> list[Stored]:
    rank = _ranked_by_postgresql if is_postgresql() else _ranked_by_fts5
    sql, args = rank(parsed, tier, any_word=any_word)
    order = "score DESC, d.sort_title, d.id"
    return _documents(f"{sql} ORDER BY {order} LIMIT %s OFFSET %s", [*args, last - first, first], order)


def _ranked_by_fts5(parsed: ParsedQuery, tier: Tier, *, any_word: bool) -> Sql:
    asked = tier.told or parsed
    if tier.words and not tier.told:
        match = f"{tier.place.columns}({tier.words})"
    elif any_word:
        match = expression(asked, any_word=True)
    else:
        match = both().join(_twice(group) for group in parsed.groups)
    called, called_args = _exact_names(parsed)
    those, ids = among(list(tier.documents))
    # The plus keeps FTS5 from looking each of them up, which takes it as long as going through all that have the words.
    found = (
        "SELECT rowid AS id, -bm25(search_fts, {}) AS rank FROM search_fts WHERE search_fts MATCH %s AND +rowid "
        + those
    )
    source, rank = f"({found.format(SOME_WEIGHTS if any_word else FIELD_WEIGHTS)}) m", "m.rank"
    args = [*called_args, match, *ids]
    if any_word and (close := _close(asked)):
        source += f" LEFT JOIN ({found.format(CLOSE_WEIGHTS)}) c ON c.id = m.id"
        rank = f"(m.rank + {COUNTS_CLOSE} * coalesce(c.rank, 0))"
        args += [close, *ids]
    score = f"{rank} * d.boost + CASE WHEN d.id IN ({called}) THEN {EXACT_NAME} ELSE 0 END"
    return f"SELECT d.id, {score} AS score FROM {source} CROSS JOIN {TABLE} d ON d.id = m.id", args


def _twice(group: Group) -> str:
    return f"({of_group(group)} OR {Place.PROMINENT.columns}({of_alternative(group.alternatives[0])}))"


def _close(parsed: ParsedQuery) -> str:
    own = [of_alternative(group.alternatives[0]) for group in parsed.groups]
    return either().join(f"NEAR({one} {other}, {CLOSE})" for one, other in pairwise(own))


def _ranked_by_postgresql(parsed: ParsedQuery, tier: Tier, *, any_word: bool) -> Sql:
    """PostgreSQL's rank made to behave as BM25 does: rare words weigh more, and each levels off."""
    ranks, weighted = [], []
    rank_args: list[Any] = []
    weights: list[Any] = []
    for number, (weight, (rank, args), half) in enumerate(_counted(parsed, any_word=any_word)):
        ranks.append(f"{rank} AS r{number}")
        rank_args += args
        weighted.append(f"%s * (r{number} / (r{number} + {half}))")
        weights.append(weight)
    called, called_args = _exact_names(parsed)
    those, ids = among(list(tier.documents))
    score = f"({' + '.join(weighted)}) * d.boost + CASE WHEN d.id IN ({called}) THEN {EXACT_NAME} ELSE 0 END"
    # OFFSET 0: each rank is worked out once, not wherever it is named. And what is put together is a copy in memory, where
    # the column would be fetched from outside its row for each rank.
    sql = (
        f"SELECT d.id, {score} AS score FROM {TABLE} d CROSS JOIN LATERAL (SELECT d.tsv || '' AS tsv OFFSET 0) w"
        f" CROSS JOIN LATERAL (SELECT {', '.join(ranks)} OFFSET 0) r WHERE d.id {those}"
    )
    return sql, [*weights, *called_args, *rank_args, *ids]


def _counted(parsed: ParsedQuery, *, any_word: bool) -> Iterator[tuple[float, Sql, float]]:
    """What PostgreSQL adds up: how much it tells, its rank, and the rank at which it counts half."""
    shares = rarity.shares()
    for group in parsed.groups:
        weight = shares.weight(group)
        if any_word:
            yield weight, _any_of(group, FOUND_BY_LENGTH), HALF_SOME
        else:
            yield weight, _any_of(group, FOUND), HALF
            yield weight, _rank(group.alternatives[0], FOUND_PROMINENT), HALF_PROMINENT
    if any_word:  # the rank of two words falls with their distance
        for one, other in pairwise(parsed.groups):
            mean = (shares.weight(one) + shares.weight(other)) / 2
            together = " & ".join(of_alternative(group.alternatives[0]) for group in (one, other))
            yield COUNTS_CLOSE_POSTGRESQL * mean, (FOUND_BY_LENGTH, [together]), HALF_SOME


def _any_of(group: Group, rank: str) -> Sql:
    """Each alternative by itself: of ``a | b <-> c`` PostgreSQL counts each word alone and divides by their number."""
    each = [_rank(alternative, rank) for alternative in group.alternatives]
    return " + ".join(sql for sql, _ in each), [arg for _, args in each for arg in args]


def _rank(alternative: Alternative, rank: str) -> Sql:
    words = of_alternative(alternative)
    if len(alternative.stems) == 1:
        return rank, [words]
    # Of a phrase it also ranks documents that have the words apart.
    return f"CASE WHEN w.tsv @@ to_tsquery('simple', %s) THEN {rank} ELSE 0 END", [words, words]


def _exact_names(parsed: ParsedQuery) -> Sql:
    """The ids of who is called exactly what was typed, or what it was mended to."""
    names = sorted({parsed.folded, " ".join(words_in(parsed.corrected))})
    return f"SELECT document_id FROM {ExactName._meta.db_table} WHERE name IN ({marks(names)})", list(names)


def _documents(sql: str, args: Sequence[Any], order: str) -> list[Stored]:
    """The documents whose ids and scores ``sql`` selects."""
    joined = f"SELECT {COLUMNS}, r.score FROM ({sql}) r CROSS JOIN {TABLE} d WHERE d.id = r.id ORDER BY {order}"
    with asking():
        return [Stored(d, vars(d)["score"]) for d in IndexedDocument.objects.raw(joined, args)]
