"""The words of the records, and what is asked: common words are common, rare ones rare, as in any language.

The same number gives the same records. A thousand words are drawn with the odds of Zipf's law; four are planted, so that
what “broad” and “narrow” mean is known: see ``QUESTIONS``.
"""

import random
from collections.abc import Iterator
from typing import Any

SEED = 2027
SYLLABLES = ("al", "ber", "ca", "den", "el", "for", "gan", "hol", "in", "ker", "lor", "men", "nor", "or", "pel", "quin")
SHARES = {"health": 0.48, "research": 0.30, "imaging": 0.28, "pathology": 0.005}  # of the records that have the word

FACETS: dict[str, tuple[str, ...]] = {
    "kind": tuple(f"kind-{n}" for n in range(11)),
    "need": tuple(f"need-{n}" for n in range(12)),
    "stage": tuple(f"stage-{n}" for n in range(7)),
    "theme": tuple(f"theme-{n}" for n in range(10)),
    "sector": tuple(f"sector-{n}" for n in range(20)),
    "place": tuple(f"place-{n}" for n in range(8)),
}
SEVERAL = {"kind": 1, "need": 3, "stage": 4, "theme": 2, "sector": 2, "place": 1}  # values of a record at most
UNSTATED = 0.1

# What is asked under each name: words, filters, and the share of records that it finds.
QUESTIONS: dict[str, list[tuple[str, dict[str, list[str]]]]] = {
    "very broad: one word in 48 % of records": [("health", {})],
    "broad: two words, 8 % of records": [("imaging research", {})],
    "narrow: one word in 0.5 % of records": [("pathology", {})],
    "two words, 0.15 % of records": [("pathology imaging", {}), ("pathology research", {})],
    "misspelt": [("patholgy", {}), ("pathlogoy", {}), ("imagign reserch", {})],
    "broad and two filters": [("imaging research", {"need": [f"need-{n}"], "stage": ["stage-2"]}) for n in range(6)],
    "filters alone": [("", {"need": [f"need-{n}", "need-11"], "kind": [f"kind-{n}"]}) for n in range(6)],
    "everything": [("", {})],
}
BEGINNINGS = ("al", "ber", "caden", "pel", "quinb", "mennor", "ho", "elfor", "g", "keri")


def words() -> list[str]:
    chance = random.Random(SEED)
    found: dict[str, None] = {}
    while len(found) < 4000:
        found["".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3, 3, 4))))] = None
    return list(found)


def records(count: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(SEED)
    known = words()
    odds: list[float] = []
    total = 0.0
    for rank in range(len(known)):
        total += 1 / (rank + 20)
        odds.append(total)

    def said(number: int) -> list[str]:
        return chance.choices(known, cum_weights=odds, k=number)

    for _ in range(count):
        title, summary, body = said(3), said(18), said(100)
        for word, share in SHARES.items():
            if chance.random() < share:
                where = chance.choices((title, summary, body), weights=(1, 3, 16))[0]
                where.insert(chance.randrange(len(where) + 1), word)
        facets = {
            name: [] if chance.random() < UNSTATED and name != "kind" else _some(chance, values, SEVERAL[name])
            for name, values in FACETS.items()
        }
        yield {
            "title": " ".join(title).title(),
            "summary": f"{' '.join(summary).capitalize()}.",
            "body": f"{' '.join(body).capitalize()}.",
            "facets": facets,
            **{name: next(iter(facets[name]), "") for name in ("kind", "stage", "theme")},
        }


def _some(chance: random.Random, values: tuple[str, ...], most: int) -> list[str]:
    weights = [1 / (rank + 2) for rank in range(len(values))]
    return sorted(set(chance.choices(values, weights=weights, k=chance.randint(1, most))))
