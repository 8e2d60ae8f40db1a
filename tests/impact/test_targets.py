"""The targets of the strategy are facts: as published, in the demonstration and outside it."""

from decimal import Decimal

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from impact.actions import load_targets
from impact.actions.loading import FILE
from impact.counting import rule_for, rules
from impact.models import ManualFigure, StrategyTarget
from tests.booking_forms import words

pytestmark = pytest.mark.django_db


def test_seventeen_are_loaded_as_published(settings) -> None:
    settings.DEMONSTRATION = False
    call_command("load_targets", verbosity=0)

    assert StrategyTarget.objects.count() == 17
    first = StrategyTarget.objects.get(slug="collaborative-projects")
    assert first.what == "collaborative projects with healthtech and life-science companies"
    assert (first.value, first.unit) == (350, "projects")
    assert first.source.startswith("Research and Innovation Strategy 2025–2030")
    assert StrategyTarget.objects.get(slug="income").value == Decimal(140_000_000)
    assert ManualFigure.objects.count() == 0  # nothing invented comes with them


def test_loading_again_changes_nothing_and_puts_right_what_is_written_differently() -> None:
    assert (load_targets(), load_targets()) == (17, 0)
    StrategyTarget.objects.filter(slug="income").update(what="money")
    assert load_targets() == 1
    assert StrategyTarget.objects.get(slug="income").what == "research and innovation income"


def test_every_rule_is_for_a_target_and_explains_itself() -> None:
    slugs = {entry["slug"] for entry in yaml.safe_load(FILE.read_text())["targets"]}
    assert {rule.target for rule in rules()} <= slugs
    assert all(len(rule.words) > 80 and rule.version > 0 for rule in rules())


def test_each_target_names_the_rule_that_counts_it_or_says_that_it_is_entered_by_hand() -> None:
    load_targets()
    for target in StrategyTarget.objects.all():
        rule = rule_for(target.slug)
        assert target.counted_by == (rule.slug if rule else "manual"), target.slug


def test_readers_are_told_how_a_figure_comes_about(client: Client, home: object) -> None:
    load_targets()

    assert "A figure by hand" in words(client.get("/impact/communities/"))
    assert "A figure by hand" not in words(client.get("/impact/staff-trained/"))
    assert client.get("/impact/figures.csv").content.decode().count(",manual,") == 12
