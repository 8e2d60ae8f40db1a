"""Words that differ are marked, and nothing is lost or added by marking them."""

import pytest

from directory.word_diff import Line, marked


def spelt(lines: list[Line]) -> list[str]:
    return [" ".join(f"[{piece.words}]" if piece.differs else piece.words for piece in line) for line in lines]


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        (
            ["It reads blood in ten minutes."],
            ["It reads blood in nine minutes."],
            ["It reads blood in [ten] minutes."],
            ["It reads blood in [nine] minutes."],
        ),
        (
            ["We test.", "We build."],
            ["We test.", "We build.", "We fly."],
            ["We test.", "We build."],
            ["We test.", "We build.", "[We fly.]"],
        ),
        (["One thing."], ["Something else altogether."], ["One thing."], ["Something else altogether."]),
        ([], ["New."], [], ["New."]),
        (["Gone."], [], ["Gone."], []),
    ],
)
def test_what_differs_is_marked(before: list[str], after: list[str], left: list[str], right: list[str]) -> None:
    assert tuple(map(spelt, marked(before, after))) == (left, right)


def test_no_word_is_lost() -> None:
    before, after = ["a b c d e f", "g h"], ["a x c d e", "g h i", "f"]
    for lines, said in zip(marked(before, after), (before, after), strict=True):
        assert [" ".join(piece.words for piece in line) for line in lines] == said
