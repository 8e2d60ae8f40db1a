"""Why something can't be counted, entered or signed, in words for the person, each with what would work."""


class Refusal(Exception):
    """``field``: of the form, where there is one."""

    def __init__(self, words: str, *, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class NotNow(Refusal):
    """It was done already, or can't be done yet."""


class Unclear(Refusal):
    """A reason or a source is missing."""


class Wrong(Refusal):
    """A number or a day that can't be."""
