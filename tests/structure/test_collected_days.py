"""A suite that runs over midnight: what is worked out when tests are collected belongs to the day before."""

import ast
from collections.abc import Iterator

from tests.structure.house import ROOT, modules, named, parsed

TELL_A_DAY = {"localdate", "localtime", "today"}
RUN_AT_ONCE = {ROOT / "tests" / "screenshots.py"}  # a program of its own: nothing is collected first
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_days_are_worked_out_while_a_test_runs() -> None:
    """A parameter gives the number of days, or a ``lambda``; a factory gives a ``LazyFunction``."""
    suite = [path for path in modules(of_tests=True) if ROOT / "tests" in path.parents and path not in RUN_AT_ONCE]
    assert len(suite) > 300
    assert [f"{named(path)}:{line}" for path in suite for line in days_on_reading(parsed(path))] == []


def test_it_is_found_in_parameters_defaults_and_classes_and_not_in_what_runs_later() -> None:
    text = """
TODAY = timezone.localdate()
LATER = lambda: timezone.localdate()
class Factory:
    due_on = date.today() + timedelta(days=2)
    late = LazyFunction(lambda: date.today())
@pytest.mark.parametrize("day", [timezone.localdate()])
def test(day, until=localtime()):
    assert timezone.localdate()
"""
    assert sorted(days_on_reading(ast.parse(text))) == [2, 5, 7, 8]


def days_on_reading(module: ast.Module) -> Iterator[int]:
    """The lines on which a day is asked for as soon as the module is read."""
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Call) and _name(node.func) in TELL_A_DAY:
            yield node.lineno
        if isinstance(node, Function):
            waiting += [*node.decorator_list, node.args]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))
