"""How long something takes of the processor, whatever machine it runs on."""

from collections.abc import Callable
from time import process_time

# Seconds of the fixed piece of work on the machines that the bars were set on. Worked out: a machine that takes 0.045 needs
# two to nearly three times as long as they did (seven medians of search, docs/performance.md).
USUAL = 0.02


def processor_time(work: Callable[[], object]) -> float:
    """Seconds of the processor, as on a machine of the usual speed.

    Machines that are shared slow down by half from one moment to the next, so this one is asked before and after.
    """
    before = slower()
    began = process_time()
    work()
    took = process_time() - began
    return took / ((before + slower()) / 2)


def slower() -> float:
    """How many times slower this machine is now than a usual one, told by a fixed piece of work; 1 on a faster one."""
    began = process_time()
    words: dict[int, str] = {}
    for number in range(300_000):
        words[number % 1000] = str(number)
    return max((process_time() - began) / USUAL, 1.0)
