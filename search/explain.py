"""Why a hit is there and where its words are, worked out for the page of hits alone and alike for every engine."""

import html
from collections.abc import Sequence
from functools import lru_cache

from .analysis import WORD, stem, words_in
from .models import IndexedDocument
from .parsing import Alternative, ParsedQuery
from .results import Reason

SNIPPET_WORDS = 28
PLACES = (
    ("title_tokens", "in its name"),
    ("names_tokens", "another name of it"),
    ("summary_tokens", "in its summary"),
    ("keywords_tokens", "among its themes, sectors and links"),
    ("body_tokens", "in its description"),
)


def marked(text: str, parsed: ParsedQuery) -> str:
    """``text`` as safe HTML, the words that were asked for inside ``<mark>``."""
    spans = _spans(text, parsed)
    out: list[str] = []
    at = 0
    for start, end in spans:
        out += [html.escape(text[at:start]), "<mark>", html.escape(text[start:end]), "</mark>"]
        at = end
    out.append(html.escape(text[at:]))
    return "".join(out)


def summary_of(document: IndexedDocument, parsed: ParsedQuery) -> str:
    """The summary or, when the words are only further down, the piece of the body that has them; as safe HTML."""
    if not parsed or not document.body or _spans(document.summary, parsed) or _spans(document.title, parsed):
        return marked(document.summary, parsed)
    if not (spans := _spans(document.body, parsed)):
        return marked(document.summary, parsed)
    words = [(m.start(), m.end()) for m in WORD.finditer(document.body)]
    hit = next(i for i, (_, end) in enumerate(words) if end > spans[0][0])
    first = max(hit - SNIPPET_WORDS // 3, 0)
    last = min(first + SNIPPET_WORDS, len(words)) - 1
    piece = document.body[words[first][0] : words[last][1]]
    return ("… " if first else "") + marked(piece, parsed) + (" …" if last < len(words) - 1 else "")


def reasons(document: IndexedDocument, parsed: ParsedQuery) -> tuple[Reason, ...]:
    """Where each thing that was asked for stands in the document, in words."""
    if not parsed:
        return ()
    fields = [(f" {getattr(document, name)} ", where) for name, where in PLACES]
    said: list[str] = []
    for group in parsed.groups:
        found = next(
            # Their own words anywhere say more than ours in the name.
            ((a, where) for a in group.alternatives for stems, where in fields if _stands_in(a, stems)),
            None,
        )
        if found is None:
            continue
        alternative, where = found
        if alternative.own:
            said.append(f"“{group.said}” {where}")
        else:
            said.append(f"“{alternative.words}” {where}, which we read as {group.said}")
    missing = len(parsed.groups) - len(said)
    if said and missing:
        said.append("not all of your words")
    return (Reason("Words", "; ".join(said)),) if said else ()


def _stands_in(alternative: Alternative, stems: str) -> bool:
    """``stems`` are those of a field, each between spaces."""
    return f" {' '.join(alternative.stems)}{'' if alternative.prefix else ' '}" in stems


def _same(alternative: Alternative, tokens: Sequence[str]) -> bool:
    *first, last = alternative.stems
    return list(tokens[:-1]) == first and (tokens[-1].startswith(last) if alternative.prefix else tokens[-1] == last)


def _spans(text: str, parsed: ParsedQuery) -> list[tuple[int, int]]:
    """Where in ``text`` the alternatives stand, without overlaps, in order."""
    if not parsed or not text:
        return []
    words = [(match.start(), match.end()) for match in WORD.finditer(text)]
    stems = [_stem(text[start:end]) for start, end in words]
    alternatives = [a for group in parsed.groups for a in group.alternatives]
    whole = {a.stems[0] for a in alternatives}
    beginnings = tuple(a.stems[0] for a in alternatives if a.prefix and len(a.stems) == 1)
    spans: list[tuple[int, int]] = []
    i = 0
    while i < len(words):
        size = 0
        if stems[i] in whole or (beginnings and stems[i].startswith(beginnings)):  # else nothing begins here
            size = max((len(a.stems) for a in alternatives if _same(a, stems[i : i + len(a.stems)])), default=0)
        if size:
            spans.append((words[i][0], words[i + size - 1][1]))
        i += size or 1
    return spans


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """The stem of a word as it stands in a text."""
    folded = words_in(word)
    return stem(folded[0]) if folded else ""
