"""What a refusal offers to whoever has not passed what a space asks for."""

from typing import Any

from django import template

from spaces.happenings import coming
from spaces.models import Gate

register = template.Library()


@register.inclusion_tag("spaces/gate_offer.html")
def next_inductions(gate: Gate | str) -> dict[str, Any]:
    """``{% next_inductions refusal.facts.gate %}``: its next dates, or that none is planned."""
    if not isinstance(gate, Gate) or not gate.event:
        return {"gate": None}
    return {"gate": gate, "dates": coming(None, [gate]).dates[gate.event]}
