"""Text becomes tokens here, once, for every engine: folded, split, stemmed.

Engines store and match these tokens as they are, so that all of them find the same documents.
"""

import re
import unicodedata
from functools import lru_cache

import Stemmer

LONGEST_TOKEN = 60
WORD = re.compile(r"[^\W_]+", re.UNICODE)

# Words that match half of everything. They count only when a query has nothing else.
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "could",
        "do",
        "does",
        "find",
        "finding",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "help",
        "helps",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "let",
        "me",
        "my",
        "near",
        "nearby",
        "need",
        "needs",
        "of",
        "on",
        "or",
        "our",
        "please",
        "so",
        "some",
        "somebody",
        "someone",
        "that",
        "the",
        "their",
        "them",
        "there",
        "they",
        "this",
        "to",
        "us",
        "want",
        "was",
        "we",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)

_stemmer = Stemmer.Stemmer("english", 0)  # its own cache off: lru_cache below is shared and bounded


def fold(text: str) -> str:
    """Lower case without accents: ``Besançon`` becomes ``besancon``."""
    decomposed = unicodedata.normalize("NFKD", text.replace("\x00", " ").casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and not "\ud800" <= c <= "\udfff")


def words_in(text: str) -> list[str]:
    """The folded words of ``text`` in order; an apostrophe inside a word does not split it."""
    return [w[:LONGEST_TOKEN] for w in WORD.findall(fold(text).replace("’", "").replace("'", ""))]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a folded word. Words of three letters and less, and those with digits, stay as they are."""
    if len(word) <= 3 or not word.isalpha():
        return word
    return str(_stemmer.stemWord(word))


def tokens(text: str) -> list[str]:
    """The stems of ``text`` in order."""
    return [stem(w) for w in words_in(text)]


def analysed(*texts: str) -> str:
    """``texts`` as one string of stems, as it is stored."""
    return " ".join(token for text in texts for token in tokens(text))
