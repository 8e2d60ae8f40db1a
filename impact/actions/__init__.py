"""Changes of what is counted. Each locks the target first, so that two take turns, and only adds rows."""

from .drawing import draw, draw_all
from .excluding import count_again, exclude
from .figures import correct_figure, enter_figure
from .loading import load_targets
from .refusals import NotNow, Refusal, Unclear, Wrong
from .signing import sign_off

__all__ = [
    "NotNow",
    "Refusal",
    "Unclear",
    "Wrong",
    "correct_figure",
    "count_again",
    "draw",
    "draw_all",
    "enter_figure",
    "exclude",
    "load_targets",
    "sign_off",
]
