"""What a visitor means, understood once before any engine: spelling, abbreviations, synonyms, phrases.

A typed text becomes groups; a document matches when it has one alternative of every group. Engines only translate the
result into their own language.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.core.cache import cache

from .analysis import STOP_WORDS, WORD, stem, words_in
from .models import LONGEST_PHRASE, Synonym
from .spelling import Vocabulary

MOST_WORDS = 12
MOST_NEAR = 3  # other words that are offered
SYNONYM_VERSION = "search-synonyms-version"
KEPT_FOR = 10  # seconds: an editor's change is everywhere by then, and at once in the process that saved it

PUNCTUATION = ".,;:!?()[]“”\"'"

_quoted = re.compile(r'["“”„]([^"“”„]+)["“”„]')


@dataclass(frozen=True)
class Alternative:
    """Stems that stand next to each other in this order. ``words`` is how they are said to the reader."""

    stems: tuple[str, ...]
    words: str
    own: bool = True  # the visitor's own words, not ours
    prefix: bool = False  # the last stem may go on


@dataclass(frozen=True)
class Group:
    """Alternatives for one thing asked for; ``said`` is how the visitor said it."""

    said: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class ParsedQuery:
    text: str = ""
    groups: tuple[Group, ...] = ()
    corrected: str = ""  # the text with its spelling mended, when anything was
    folded: str = ""  # the whole text as one exact name
    near: tuple["ParsedQuery", ...] = ()  # other words that may have been meant, where spelling was mended

    def __bool__(self) -> bool:
        return bool(self.groups)


@dataclass
class _Reader:
    synonyms: Mapping[str, tuple[str, ...]]
    vocabulary: Vocabulary
    correct: bool
    typed: Mapping[str, str]  # a folded word as the visitor wrote it
    fixed: list[str] = field(default_factory=list)
    changed: bool = False
    others: list[tuple[int, Group, list[str]]] = field(default_factory=list)  # place in ``fixed``, and what else

    def groups(self, words: list[str], *, may_go_on: bool) -> Iterator[Group]:
        i = 0
        while i < len(words):
            length = self._synonym_at(words, i)
            if length:
                said = words[i : i + length]
                self.fixed += [self._typed(w) for w in said]
                yield Group(" ".join(self._typed(w) for w in said), self._with_synonyms(said, prefix=False))
                i += length
                continue
            last = may_go_on and i == len(words) - 1
            yield self._word(words[i], prefix=last)
            i += 1

    def _synonym_at(self, words: list[str], i: int) -> int:
        """How many words from ``i`` on are one entry of the synonyms: the longest, or 0."""
        for length in range(min(LONGEST_PHRASE, len(words) - i), 0, -1):
            if " ".join(words[i : i + length]) in self.synonyms:
                return length
        return 0

    def _word(self, word: str, *, prefix: bool) -> Group:
        if self.vocabulary.knows(word):
            prefix = False  # “AI” is not the beginning of “aim”
        elif self.correct and not (prefix and self.vocabulary.begins(word)) and (near := self.vocabulary.near(word)):
            self.changed = True
            group = self._corrected(near[0])
            self.others.append((len(self.fixed), group, near[1 : 1 + MOST_NEAR]))
            self.fixed.append(near[0])
            return group
        self.fixed.append(self._typed(word))
        return Group(self._typed(word), self._with_synonyms([word], prefix=prefix))

    def _corrected(self, word: str) -> Group:
        return Group(word, self._with_synonyms([word], prefix=False))

    def near(self, groups: Sequence[Group]) -> Iterator[ParsedQuery]:
        """The query with one mended word mended in another way."""
        for place, mended, others in self.others:
            for other in others:
                text = " ".join([*self.fixed[:place], other, *self.fixed[place + 1 :]])
                instead = tuple(self._corrected(other) if group is mended else group for group in groups)
                yield ParsedQuery(text, instead, folded=text)

    def _typed(self, word: str) -> str:
        return self.typed.get(word, word)

    def _with_synonyms(self, words: list[str], *, prefix: bool) -> tuple[Alternative, ...]:
        said = " ".join(words)
        own = Alternative(tuple(stem(w) for w in words), said, prefix=prefix and len(said) > 1)
        others = (
            Alternative(tuple(stem(w) for w in phrase.split()), phrase, own=False)
            for phrase in self.synonyms.get(said, ())
        )
        return (own, *(a for a in others if a.stems != own.stems))


def parse(text: str, *, exact: bool = False) -> ParsedQuery:
    """Understand ``text``. ``exact`` leaves spelling as it is. Costs a few look-ups by key, whatever the index holds."""
    phrases = [words_in(p) for p in _quoted.findall(text)]
    loose = words_in(_quoted.sub(" ", text))
    if any(w not in STOP_WORDS for w in loose) or any(phrases):
        loose = _without_stop_words(loose, _in_capitals(text))
    loose = loose[:MOST_WORDS]
    vocabulary = Vocabulary()
    vocabulary.look_up(loose)
    reader = _Reader(synonyms(), vocabulary, not exact, _as_typed(text))
    groups = [
        Group(" ".join(p), (Alternative(tuple(stem(w) for w in p), " ".join(p)),)) for p in phrases[:MOST_WORDS] if p
    ]
    groups += reader.groups(loose, may_go_on=True)
    corrected = ""
    if reader.changed:
        corrected = " ".join([*(f'"{" ".join(p)}"' for p in phrases if p), *reader.fixed])
    distinct = tuple(_distinct(groups))
    near = tuple(islice(reader.near(distinct), MOST_NEAR))
    return ParsedQuery(text, distinct, corrected, " ".join(words_in(text)), near)


def _as_typed(text: str) -> dict[str, str]:
    typed = {}
    for word in text.split():
        if len(folded := words_in(word)) == 1:
            typed[folded[0]] = word.strip(PUNCTUATION)
    return typed


def _in_capitals(text: str) -> set[str]:
    """The words that are written in capitals among others that are not."""
    if text.isupper():
        return set()
    capitals = (word for word in WORD.findall(text) if len(word) > 1 and word.isupper())
    return {folded for word in capitals for folded in words_in(word)}


def _without_stop_words(words: list[str], in_capitals: set[str]) -> list[str]:
    """Drop words that say nothing, but keep those inside a synonym such as “software as a medical device”.

    One that is a synonym by itself, as “IT” may be, has to be written in capitals.
    """
    known = synonyms()
    kept: list[str] = []
    i = 0
    while i < len(words):
        length = next(
            (n for n in range(min(LONGEST_PHRASE, len(words) - i), 1, -1) if " ".join(words[i : i + n]) in known), 0
        )
        if length:
            kept += words[i : i + length]
            i += length
            continue
        if words[i] not in STOP_WORDS or (words[i] in in_capitals and words[i] in known):
            kept.append(words[i])
        i += 1
    return kept


def _distinct(groups: list[Group]) -> Iterator[Group]:
    seen: set[tuple[str, ...]] = set()
    for group in groups:
        if (stems := group.alternatives[0].stems) not in seen:
            seen.add(stems)
            yield group


def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Every phrase of the editors' table, folded, with what else it may mean."""
    key = f"search-synonyms:{cache.get(SYNONYM_VERSION, 0)}"
    table: dict[str, tuple[str, ...]] | None = cache.get(key)
    if table is None:
        gathered: dict[str, dict[str, None]] = {}
        for synonym in Synonym.objects.all():
            phrases = [" ".join(words_in(p)) for p in synonym.phrases]
            says = [" ".join(words_in(synonym.one_way_from))] if synonym.one_way_from else phrases
            for said in says:
                gathered.setdefault(said, {}).update(dict.fromkeys(p for p in phrases if p and p != said))
        table = {said: tuple(meant) for said, meant in gathered.items() if said}
        cache.set(key, table, KEPT_FOR)
    return table


def forget_synonyms() -> None:
    """Read the editors' table anew: it was changed."""
    try:
        cache.incr(SYNONYM_VERSION)
    except ValueError:
        cache.set(SYNONYM_VERSION, 1, None)
