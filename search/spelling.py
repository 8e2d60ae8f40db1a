"""The words that stand in the index, and which of them somebody probably meant.

Candidates share trigrams with what was typed; then the distance with transpositions decides, under the same limits as
Elasticsearch's AUTO: none below three letters, one up to five, two from six.
"""

from collections.abc import Iterable

from django.db import connection
from rapidfuzz.distance import OSA
from rapidfuzz.distance.JaroWinkler import normalized_similarity as ratio

from .analysis import stem
from .models import VocabularyWord

MOST_CANDIDATES = 400
SHORTEST_ALIKE = 5
LONGER_BY = 8  # letters: “physio” is the beginning of “physiotherapy”
ALIKE = 0.89  # of 1, where a common beginning counts more


def tolerance(word: str) -> int:
    """How many slips are forgiven in a word of this length."""
    return 0 if len(word) < 3 or any(c.isdigit() for c in word) else 1 if len(word) < 6 else 2


class Vocabulary:
    """Words of the index, looked up for one query."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._stems: set[str] = set()

    def look_up(self, words: Iterable[str]) -> None:
        """Fetch at once which of ``words`` the index has, by word or by stem."""
        stems = {stem(w) for w in words}
        if stems:
            found = VocabularyWord.objects.filter(stem__in=stems).values_list("word", "stem")
            for word, its_stem in found:
                self._known.add(word)
                self._stems.add(its_stem)

    def knows(self, word: str) -> bool:
        """Whether some document has ``word`` or a form of it."""
        return word in self._known or stem(word) in self._stems

    def begins(self, word: str) -> bool:
        """Whether some document has a word that begins so."""
        return len(word) > 1 and VocabularyWord.objects.filter(word__gte=word, word__lt=word + "\U0010ffff").exists()

    def near(self, word: str) -> list[str]:
        """Words that may have been meant, the likeliest first."""
        if not (limit := tolerance(word)):
            return []
        scored = []
        for candidate, in_name in _candidates(word, limit):
            distance = OSA.distance(word, candidate, score_cutoff=limit)
            if 0 < distance <= limit:
                # A slip in the first letter is rare; a word of a name is likelier than one of running text.
                scored.append(
                    (
                        distance + (candidate[0] != word[0]) * 0.5,
                        not in_name,
                        abs(len(candidate) - len(word)),
                        candidate,
                    )
                )
        return [candidate for *_, candidate in sorted(scored)]


def alike(word: str, number: int = 3) -> list[str]:
    """Words of the index that look like ``word`` though they are further from it than a slip; for editors to choose from."""
    if len(word) < SHORTEST_ALIKE:
        return []
    candidates = (candidate for candidate, _ in _candidates(word, LONGER_BY) if len(candidate) >= SHORTEST_ALIKE)
    scores = [(ratio(word, candidate), candidate) for candidate in candidates if candidate != word]
    return [candidate for score, candidate in sorted(scores, reverse=True)[:number] if score >= ALIKE]


def _candidates(word: str, limit: int) -> list[tuple[str, bool]]:
    lengths = [len(word) - limit, len(word) + limit]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT word, in_name FROM search_vocabularyword WHERE word %% %s AND length(word) BETWEEN %s AND %s "
                "ORDER BY similarity(word, %s) DESC, word LIMIT %s",
                [word, *lengths, word, MOST_CANDIDATES],
            )
        else:
            padded = f"^{word}$"
            trigrams = sorted({padded[i : i + 3] for i in range(len(padded) - 2)})
            match = " OR ".join(f'"{t}"' for t in trigrams)
            cursor.execute(
                "SELECT word, in_name FROM search_vocabularyword WHERE id IN "
                "(SELECT rowid FROM search_trigram WHERE search_trigram MATCH %s) AND length(word) BETWEEN %s AND %s LIMIT 4000",
                [match, *lengths],
            )
        return [(w, bool(n)) for w, n in cursor.fetchall()]
