"""Rules for single fields, shared by the CMS, the loaders and the models."""

from django.core.exceptions import ValidationError

SUMMARY_WORDS = 25


def at_most_25_words(text: str) -> None:
    """Raise ValidationError when ``text`` has more than 25 words."""
    if (count := len(text.split())) > SUMMARY_WORDS:
        raise ValidationError(
            f"At most {SUMMARY_WORDS} words fit on a card; this has {count}. Take out {count - SUMMARY_WORDS}.",
            code="too-many-words",
        )
