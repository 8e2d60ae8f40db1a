"""Which words of two texts differ, so that whoever compares them sees it at once."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

ALIKE = 0.4  # of 1; texts that have less in common are simply two texts

_words = re.compile(r"\S+|\n")


class Piece(NamedTuple):
    words: str
    differs: bool


Line = list[Piece]


def marked(before: Sequence[str], after: Sequence[str]) -> tuple[list[Line], list[Line]]:
    """The lines of both, in pieces of words that stand in both and words that do not."""
    old, new = _words.findall("\n".join(before)), _words.findall("\n".join(after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    is_alike = matcher.ratio() >= ALIKE
    left, right = list[Piece](), list[Piece]()
    for what, a, b, c, d in matcher.get_opcodes():
        differs = is_alike and what != "equal"
        left += [Piece(word, differs) for word in old[a:b]]
        right += [Piece(word, differs) for word in new[c:d]]
    return _lines(left), _lines(right)


def _lines(words: Iterable[Piece]) -> list[Line]:
    lines: list[Line] = [[]]
    for piece in words:
        if piece.words == "\n":
            lines.append([])
        elif lines[-1] and lines[-1][-1].differs == piece.differs:
            lines[-1][-1] = Piece(f"{lines[-1][-1].words} {piece.words}", piece.differs)
        else:
            lines[-1].append(piece)
    return [line for line in lines if line]
