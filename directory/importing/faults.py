"""What is wrong with a file, told to the person who wrote it: where, which rule, and what would do."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

FEW = 15  # so many are worth listing
SHOWN = 200  # a file of junk has more faults than anybody reads


@dataclass(frozen=True, order=True)
class Fault:
    line: int  # 0: the file as a whole
    words: str
    column: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "the file"
        return f"{where}, {self.column}: {self.words}" if self.column else f"{where}: {self.words}"


class Refused(Exception):
    """A file that was not loaded, with every reason found. Nothing of it was written."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults[:SHOWN]))


def nearest(word: str, known: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return those of ``known`` that ``word`` may be a slip of, best first."""
    known = list(dict.fromkeys(known))
    for scorer in (fuzz.ratio, fuzz.WRatio):  # a slip of the pen first, then a part of a longer name
        found = process.extract(word, known, scorer=scorer, processor=str.casefold, limit=limit, score_cutoff=70)
        if found:
            return [match for match, _score, _index in found]
    return []


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """Return the sentence that follows “is not known”: the nearest entries, else all of them when they are few."""
    known = list(dict.fromkeys(known))
    if near := nearest(word[:120], known):
        return f"Did you mean {_or(near)}?"
    if otherwise or not known or len(known) > FEW:
        return otherwise
    return f"Choose one of: {', '.join(f'“{k}”' for k in known)}."


def _or(words: list[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
