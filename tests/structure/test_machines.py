"""Whatever has a state has a table of what may follow which, and nothing but the way along that table writes it."""

import ast
from itertools import product

import pytest
from django.apps import apps
from django.db.models import Field, Model

from core.states import Machine
from directory import states as of_directory
from events.bookings import states as of_events
from spaces import states as of_spaces
from tenancy import states as of_tenancy
from tests.structure.house import apps_from_high_to_low, modules, named, parsed

MACHINES: dict[type[Model], Machine] = {
    **of_directory.MACHINES,
    **of_events.MACHINES,
    **of_spaces.MACHINES,
    **of_tenancy.MACHINES,
}
NAMES = {"state", "status"}
# Fields of such a name without a table, because nothing steps from one to the next by a rule of ours.
WITHOUT_STEPS = {
    "directory.CohortMembership.status": "what an editor or a file says of a company; said wrongly it is put right",
    "directory.CohortPage.status": "what an editor or a file says of a cohort; said wrongly it is put right",
    "directory.ProgrammePage.status": "what an editor or a file says of a programme; said wrongly it is put right",
    "events.CalendarEntry.status": "a copy of what the event was published as",
    "events.EventPage.status": "what an editor says: put off, called off and on again, each may follow each",
    "spaces.Occurrence.state": "written once, with the series: what became of one date",
    "tenancy.Objective.state": "an opinion of how it stands: any may follow any",
}
# Where code sets one: the way along a table, what is made at that moment, and what has no table.
WRITERS = {
    "directory/actions/steps.py take_step": "the way along the tables of the directory",
    "events/bookings/actions/settling.py set_status": "the way along the table of events' bookings",
    "spaces/actions/settling.py set_status": "the way along the table of spaces' bookings",
    "tenancy/states.py move": "the way along the tables of tenancy",
    "events/bookings/actions/asking.py _ask_in_turn": "how a booking begins",
    "spaces/actions/booking.py give": "how a booking begins",
    "tenancy/actions/introductions.py _answer": "what the database says, read under the lock",
    "tenancy/actions/introductions.py _lock": "what the database says, read under the lock",
    "events/actions/series.py announce": "of an event, which has no table",
    "events/actions/series.py write": "of an event, which has no table",
    "events/actions/telling.py tell_calendars": "a copy, which has no table",
    "tenancy/actions/plans.py judge_objective": "an opinion, which has no table",
    "core/api.py __init__": "of an answer over HTTP",
    "core/tasks.py reap": "of a job, in the tables of the library that runs it",
}
DEMONSTRATION = "home/management/demonstration/"  # makes records as they might have become


def with_choices() -> dict[str, Field]:
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_models()
        if model._meta.app_label in apps_from_high_to_low()
        for field in model._meta.get_fields()
        if field.name in NAMES and getattr(field, "choices", None)
    }


def test_every_state_has_a_table_or_a_reason_to_have_none() -> None:
    found = with_choices()
    without = {name for name, field in found.items() if field.model not in MACHINES}
    assert without == set(WITHOUT_STEPS)
    assert {field.model for name, field in found.items() if name not in WITHOUT_STEPS} == set(MACHINES)


@pytest.mark.parametrize("model", MACHINES, ids=lambda model: model._meta.label)
def test_a_table_is_of_the_states_that_the_field_can_have(model: type[Model]) -> None:
    field = next(field for field in with_choices().values() if field.model is model)
    assert list(field.choices) == MACHINES[model].states.choices
    drawn = MACHINES[model].arrows
    assert set(drawn) | {state for states in drawn.values() for state in states} <= set(MACHINES[model].states)


@pytest.mark.parametrize("model", MACHINES, ids=lambda model: model._meta.label)
def test_every_refusal_says_what_would_work(model: type[Model]) -> None:
    machine = MACHINES[model]
    for before, after in product(machine.states, repeat=2):
        words, others = machine.refusal(before, after), [one for one in machine.next(before) if one != before]
        if after in machine.next(before):
            assert words == ""
        elif before == after:
            assert words == f"This {machine.noun} is “{before.label}” already."
        elif others:
            assert f"“{before.label}” can’t become “{after.label}”. It can become " in words
            assert words.endswith(f"{', '.join(f'“{one.label}”' for one in others)}.")
        else:
            assert f"“{before.label}”, which is the end of it. " in words
            assert machine.ends[before].endswith(".") and machine.ends[before] in words


def test_nothing_writes_a_state_beside_the_table() -> None:
    writers = {
        f"{named(path)} {function.name}"
        for path in modules()
        if not named(path).startswith(DEMONSTRATION)
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef) and any(_writes(node) for node in ast.walk(function))
    }
    assert writers == set(WRITERS)


def _writes(node: ast.AST) -> bool:
    """``booking.status = …``, or ``….update(status=…)``, which asks nobody."""
    if isinstance(node, ast.Attribute):
        return node.attr in NAMES and isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("update"):
        return any(word.arg in NAMES for word in node.keywords)
    return False
