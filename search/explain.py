"""Why a hit is there and where its words are, worked out for the page of hits alone and alike for every engine."""

import html
from collections.abc import Iterator, Sequence

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
    fields = [(getattr(document, name).split(), where) for name, where in PLACES]
    said: list[str] = []
    for group in parsed.groups:
        found = next(
            # Their own words anywhere say more than ours in the name.
            ((a, where) for a in group.alternatives for tokens, where in fields if _stands_in(a, tokens)),
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


def _stands_in(alternative: Alternative, tokens: Sequence[str]) -> bool:
    stems = alternative.stems
    size = len(stems)
    return any(_same(alternative, tokens[i : i + size]) for i in range(len(tokens) - size + 1))


def _same(alternative: Alternative, tokens: Sequence[str]) -> bool:
    *first, last = alternative.stems
    return list(tokens[:-1]) == first and (tokens[-1].startswith(last) if alternative.prefix else tokens[-1] == last)


def _spans(text: str, parsed: ParsedQuery) -> list[tuple[int, int]]:
    """Where in ``text`` the alternatives stand, without overlaps, in order."""
    if not parsed or not text:
        return []
    words = list(_words(text))
    stems = [s for s, _, _ in words]
    spans: list[tuple[int, int]] = []
    i = 0
    while i < len(words):
        size = max(
            (
                len(a.stems)
                for g in parsed.groups
                for a in g.alternatives
                if i + len(a.stems) <= len(words) and _same(a, stems[i : i + len(a.stems)])
            ),
            default=0,
        )
        if size:
            spans.append((words[i][1], words[i + size - 1][2]))
        i += size or 1
    return spans


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    for match in WORD.finditer(text):
        folded = words_in(match.group())
        yield (stem(folded[0]) if folded else "", match.start(), match.end())
