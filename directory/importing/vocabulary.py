"""The controlled lists as a file may name their entries: by slug, by name or by short name, in any case."""

from dataclasses import dataclass
from typing import Any

from directory.models import Kind, Need, Place, RelationKind, Sector, Source, Stage, Term, Theme

from .faults import did_you_mean

LISTS: dict[str, type[Term]] = {
    "kind": Kind,
    "sector": Sector,
    "theme": Theme,
    "place": Place,
    "need": Need,
    "stage": Stage,
    "relation": RelationKind,
    "source": Source,
}


class UnknownTerm(ValueError):
    """A word that is in no controlled list; says which entry may have been meant."""


@dataclass
class Vocabulary:
    terms: dict[str, list[Any]]
    by_word: dict[str, dict[str, Any]]

    @classmethod
    def read(cls) -> "Vocabulary":
        terms = {name: list(model._default_manager.all()) for name, model in LISTS.items()}
        by_word = {name: {word: term for term in found for word in _words(term)} for name, found in terms.items()}
        return cls(terms, by_word)

    def find(self, name: str, word: str) -> Any:
        """Return the entry of the list ``name`` that ``word`` means. Raises UnknownTerm."""
        term = self.by_word[name].get(word.strip().casefold())
        if term is None:
            label = LISTS[name]._meta.verbose_name
            as_slug = word == word.casefold() and " " not in word.strip()
            words = [t.slug if as_slug else t.name for t in self.terms[name]]
            known = did_you_mean(word, words) or "Look it up in the CMS, or add it there first."
            raise UnknownTerm(f"“{word[:80]}” is not a {label} we know. {known}")
        return term

    def stages_of(self, need: Need) -> list[Stage]:
        """The stages at which ``need`` usually comes up: the editors' table."""
        return list(need.stages.all())


def _words(term: Any) -> list[str]:
    words = [term.slug, term.name, getattr(term, "short_name", ""), str(getattr(term, "number", ""))]
    return [word.casefold() for word in words if word]
