"""How long something takes of the processor, whatever machine it runs on."""

from collections.abc import Callable
from time import process_time

# Seconds of the fixed piece of work on the machines that the bars were set on. Worked out: a machine that takes 0.045 needs
# two to nearly three times as long as they did (seven medians of search, docs/performance.md).
USUAL = 0.02


def processor_time(work: Callable[[], object]) -> float:
    """Seconds of the processor, as on a machine of the usual speed.

    Machines that are shared slow down by half from one moment to the next. So a fixed piece of work before and after tells how
    fast this one is now; on a faster one nothing is taken off.
    """
    before = _fixed_piece()
    began = process_time()
    work()
    took = process_time() - began
    slower = (before + _fixed_piece()) / 2 / USUAL
    return took / max(slower, 1.0)


def _fixed_piece() -> float:
    began = process_time()
    words: dict[int, str] = {}
    for number in range(300_000):
        words[number % 1000] = str(number)
    return process_time() - began
