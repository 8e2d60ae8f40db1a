"""From state to state, as the tables in ``directory.states`` draw it."""

from typing import Any

from directory.models import Claim, ProfileChange
from directory.states import MACHINES

from .refusals import Refusal


def take_step(record: ProfileChange | Claim, to: str, **fields: Any) -> None:
    """Save ``record`` in the state ``to``, with ``fields`` that belong to it. Must be called in a transaction.

    What the database says is asked, under a lock; the state in hand may be old. Raises Refusal where it is not drawn.
    """
    before = type(record).objects.select_for_update().values_list("state", flat=True).get(pk=record.pk)
    if words := MACHINES[type(record)].refusal(before, to):
        raise Refusal(words)
    record.state = to
    for name, value in fields.items():
        setattr(record, name, value)
    record.save(update_fields=["state", *fields])
