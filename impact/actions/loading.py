"""The targets of the strategy as rows: facts, loaded outside the demonstration too."""

from decimal import Decimal
from pathlib import Path

import yaml
from django.db import transaction

from core.page_cache import bump_on_commit
from impact.choices import Form, Measure
from impact.models import StrategyTarget

FILE = Path(__file__).resolve().parents[1] / "targets.yaml"


@transaction.atomic
def load_targets() -> int:
    """Add the targets that are missing and put right what is written differently; returns how many changed."""
    told = yaml.safe_load(FILE.read_text())
    there = {target.slug: target for target in StrategyTarget.objects.all()}
    changed = 0
    for order, entry in enumerate(told["targets"]):
        fields = {
            "what": entry["what"],
            "value": Decimal(entry["target"]),
            "unit": entry["unit"],
            "form": entry.get("form", Form.NUMBER.value),
            "measure": entry.get("measure", Measure.TOTAL.value),
            "group": entry["group"],
            "counted_by": entry["counted_by"],
            "source": told["source"],
            "starts_on": told["starts_on"],
            "ends_on": told["ends_on"],
            "sort_order": order,
        }
        target = there.get(entry["slug"]) or StrategyTarget(slug=entry["slug"])
        if target.pk and all(getattr(target, name) == value for name, value in fields.items()):
            continue
        for name, value in fields.items():
            setattr(target, name, value)
        target.full_clean()
        target.save()
        changed += 1
    if changed:
        bump_on_commit()
    return changed
