"""What counts is added, what does not any more is reversed; what staff took out stays out. A figure follows from its entries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from impact.actions import NotNow, Unclear, count_again, draw, exclude
from impact.choices import Why
from impact.counting import Counted
from impact.models import CountingRule, KpiEntry
from impact.queries import Ledger
from tests.factories.accounts import UserFactory
from tests.factories.impact import IDEAS, counted, days_ago, entry, figure, lead, manager, rule_of, target_of

pytestmark = pytest.mark.django_db


def value(day: int = 0, target: str = IDEAS) -> Decimal | None:
    found = target_of(target)
    return Ledger([found]).amount(found, days_ago(day)).value


def test_each_object_counts_once_however_often_it_is_drawn() -> None:
    target_of()
    rule = rule_of(counted("idea:1"), counted("idea:2"))
    assert draw(rule=rule) == (2, 0)
    assert draw(rule=rule) == (0, 0)
    assert (value(), KpiEntry.objects.count()) == (2, 2)


def test_the_same_object_may_count_towards_two_targets() -> None:
    entry("collaboration:1", target="collaborative-projects")
    entry("collaboration:1", target="real-world-data-projects")
    assert (value(target="collaborative-projects"), value(target="real-world-data-projects")) == (1, 1)


def test_what_does_not_fit_any_more_is_reversed_and_counts_again_when_it_does() -> None:
    target_of()
    one, two = counted("idea:1"), counted("idea:2")
    draw(rule=rule_of(one, two))
    assert draw(rule=rule_of(two)) == (0, 1)
    assert value() == 1
    assert KpiEntry.objects.filter(counts=False).get().reason == "The record does not fit the rule any more."
    assert draw(rule=rule_of(one, two)) == (1, 0)
    assert value() == 2
    assert [(row.spell, row.counts) for row in KpiEntry.objects.filter(object_key="idea:1")] == [
        (1, True),
        (1, False),
        (2, True),
    ]


def test_an_object_whose_day_moves_counts_on_the_new_one() -> None:
    target_of()
    draw(rule=rule_of(counted("idea:1", on=days_ago(30))))
    assert draw(rule=rule_of(counted("idea:1", on=days_ago(5)))) == (1, 1)
    assert (value(10), value()) == (0, 1)


def test_what_was_counted_longer_ago_than_the_rule_looks_back_stands() -> None:
    """Its record may be forgotten by now."""
    target_of()
    draw(rule=rule_of(counted("idea:1", on=days_ago(70)), counted("idea:2", on=days_ago(50))))
    assert draw(rule=rule_of(looks_back=timedelta(days=60))) == (0, 1)
    assert value() == 1


def test_what_was_counted_from_a_record_that_was_deleted_stands() -> None:
    target_of()
    draw(rule=rule_of(counted("idea:1", record="1"), counted("idea:2", record="2")))
    assert draw(rule=rule_of(existing=lambda ids: set(ids) - {"1"})) == (0, 1)
    assert KpiEntry.objects.filter(counts=False).get().object_key == "idea:2"


def test_a_record_that_cannot_be_told_any_more_reverses_nothing() -> None:
    target_of()
    draw(rule=rule_of(counted("person:a", record="7"), counted("person:b", record="8")))
    assert draw(rule=rule_of(counted("", record="7"))) == (0, 1)
    assert KpiEntry.objects.filter(counts=False).get().object_key == "person:b"


def test_which_version_of_a_rule_counted_is_written_down_with_its_words() -> None:
    target_of()
    draw(rule=rule_of(counted("idea:1")))
    draw(rule=rule_of(counted("idea:1"), counted("idea:2"), version=2, words="Everything, and more."))
    assert [row.rule.version for row in KpiEntry.objects.all()] == [1, 2]
    assert CountingRule.objects.get(version=1).words == "Everything that the test names."


# ---- taken out by staff ---------------------------------------------------------------------------------------------
def test_what_staff_take_out_the_rule_does_not_bring_back() -> None:
    row, somebody = entry(), manager()
    reversal = exclude(entry=row, reason="  Sent by a company.  ", by=somebody)
    assert (reversal.reason, reversal.by, reversal.why) == ("Sent by a company.", somebody, Why.BY_STAFF)
    assert draw(rule=rule_of(counted("idea:1"))) == (0, 0)
    assert value() == 0


def test_what_was_taken_out_can_be_counted_again() -> None:
    row = entry()
    exclude(entry=row, reason="Sent by a company.", by=manager())
    again = count_again(entry=row, reason="It was a colleague after all.", by=lead())
    assert (again.spell, again.counts, value()) == (2, True, 1)
    assert draw(rule=rule_of(counted("idea:1"))) == (0, 0)
    assert draw(rule=rule_of()) == (0, 1)  # and follows its record from then on


def test_taking_out_needs_a_reason_and_something_that_counts() -> None:
    row = entry()
    with pytest.raises(Unclear, match="why"):
        exclude(entry=row, reason=" ", by=manager())
    exclude(entry=row, reason="Twice.", by=manager())
    with pytest.raises(NotNow, match="does not count"):
        exclude(entry=row, reason="Twice.", by=manager())
    assert KpiEntry.objects.count() == 2


def test_what_the_rule_took_out_only_its_record_brings_back() -> None:
    row = entry()
    draw(rule=rule_of())
    with pytest.raises(NotNow, match="by itself"):
        count_again(entry=row, reason="I say so.", by=manager())


@pytest.mark.parametrize("group", ["", "Comms", "Tenant admins", "Tenant members", "Editors"])
def test_nobody_else_takes_anything_out(group: str) -> None:
    with pytest.raises(PermissionDenied):
        exclude(entry=entry(), reason="I can.", by=UserFactory(group=group))


def test_being_a_superuser_is_no_reason_to_see_evidence() -> None:
    with pytest.raises(PermissionDenied):
        exclude(entry=entry(), reason="I can.", by=UserFactory(is_superuser=True, is_staff=True))


# ---- figures --------------------------------------------------------------------------------------------------------
def test_a_figure_by_hand_stands_for_everything_up_to_its_day_and_what_follows_is_added() -> None:
    found: list[Counted] = [counted(f"idea:{days}", on=days_ago(days)) for days in (40, 10, 9, 3)]
    target_of()
    draw(rule=rule_of(*found))
    assert value() == 4
    figure("25", as_of=days_ago(10))
    assert (value(20), value(10), value(9), value()) == (1, 25, 26, 27)


def test_a_figure_follows_from_its_entries_on_any_day() -> None:
    target_of()
    draw(rule=rule_of(*(counted(f"idea:{days}", on=days_ago(days)) for days in (40, 20, 3))))
    exclude(entry=KpiEntry.objects.get(object_key="idea:40"), reason="Not one.", by=manager())
    assert [value(day) for day in (41, 40, 20, 4, 3, 0)] == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize("number", [1, 12])
def test_adding_up_costs_two_statements_however_much_there_is(number: int, django_assert_num_queries) -> None:
    found = target_of()
    draw(rule=rule_of(*(counted(f"idea:{n}", on=days_ago(n)) for n in range(number))))
    with django_assert_num_queries(2):
        assert Ledger([found]).amount(found, days_ago(0)).value == number
