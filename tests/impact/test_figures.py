"""Figures entered by hand: with a day and a source, corrected by a newer one; quarters are signed and stay true."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection

from impact.actions import NotNow, Unclear, Wrong, correct_figure, draw, enter_figure, exclude, sign_off
from impact.guard import GUARD
from impact.models import KpiEntry, KpiSnapshot, ManualFigure, StrategyTarget
from impact.queries import Ledger, checked_quarter, quarters_to_sign, standings
from tests.factories.accounts import UserFactory
from tests.factories.impact import IDEAS, counted, days_ago, figure, lead, manager, rule_of, target_of
from tests.guards import drop_triggers

pytestmark = pytest.mark.django_db


def value(slug: str = IDEAS, day: int = 0) -> Decimal | None:
    found = target_of(slug)
    return Ledger([found]).amount(found, days_ago(day)).value


def entered(**said: Any) -> ManualFigure:
    said = {"value": Decimal(5), "as_of": days_ago(3), "source": "Report", "by": manager(), **said}
    return enter_figure(target=target_of(said.pop("target", "income")), **said)


# ---- by hand --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "refusal", "field", "words"),
    [
        ({"as_of": date(9999, 12, 31)}, Wrong, "as_of", "still to come"),
        ({"as_of": date(2025, 6, 30)}, Wrong, "as_of", "1 July 2025"),
        ({"source": "  "}, Unclear, "source", "where the figure is from"),
        ({"value": Decimal(-1)}, Wrong, "value", "less than nothing"),
        ({"value": Decimal(101), "target": "commercial-trials"}, Wrong, "value", "100 per cent"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_work(
    said: dict[str, Any], refusal: type[Exception], field: str, words: str
) -> None:
    with pytest.raises(refusal, match=words) as caught:
        entered(**said)
    assert caught.value.field == field  # type: ignore[attr-defined]
    assert ManualFigure.objects.count() == 0


def test_a_second_figure_of_the_same_day_is_a_correction() -> None:
    entered()
    with pytest.raises(NotNow, match="Correct that one"):
        entered(value=Decimal(6))


def test_a_correction_takes_the_place_of_the_figure_and_leaves_it_to_be_read() -> None:
    first = entered()
    correct_figure(figure=first, value=Decimal(7), source="Report, second edition", reason="A typing error.", by=lead())
    assert value("income") == 7
    assert [row.value for row in ManualFigure.objects.all()] == [5, 7]
    with pytest.raises(NotNow, match="meanwhile"):
        correct_figure(figure=first, value=Decimal(8), source="Report", reason="Again.", by=lead())


def test_a_figure_that_is_withdrawn_counts_for_nothing() -> None:
    before, first = entered(as_of=days_ago(30), value=Decimal(2)), entered()
    correct_figure(figure=first, value=None, source="Report", reason="Another Trust’s.", by=lead())
    assert value("income") == before.value


def test_a_correction_says_why() -> None:
    with pytest.raises(Unclear, match="what was wrong"):
        correct_figure(figure=entered(), value=Decimal(7), source="Report", reason="", by=lead())


@pytest.mark.parametrize("group", ["", "Comms", "Editors", "Tenant admins", "Tenant members"])
def test_nobody_else_enters_or_signs(group: str) -> None:
    somebody = UserFactory(group=group)
    with pytest.raises(PermissionDenied):
        entered(by=somebody)
    with pytest.raises(PermissionDenied):
        sign_off(period_end=date(2026, 9, 30), by=somebody)


def test_without_a_figure_nothing_is_said() -> None:
    target_of()
    found = {one.target.slug: one for one in standings()}
    assert (found["income"].words, found["income"].state) == ("No figure yet", "")
    assert found["collaborative-projects"].words == "0"  # a rule counts, and has found none


# ---- compared -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("slug", "amount", "words", "state", "behind"),
    [
        ("setup-days", "84", "84 days", "24 days to go", False),
        ("setup-days", "60", "60 days", "Reached", False),
        ("setup-days", "58", "58 days", "Reached", False),
        ("commercial-trials", "3.1", "3.1%", "3.9 points to go", False),
        ("human-interest", "18", "+18%", "32 points to go", False),
        ("income", "49000000", "£49m", "35%, on path", False),
        ("income", "21500000", "£21.5m", "15%, behind", True),
        ("communities", "5", "5", "Reached", False),
        ("research-participants", "36400", "36,400", "36%, on path", False),
    ],
)
@time_machine.travel("2026-11-26 12:00Z")
def test_a_figure_is_compared_as_its_target_is_meant(
    slug: str, amount: str, words: str, state: str, behind: bool
) -> None:
    figure(amount, target=slug, as_of=days_ago(0))
    one = next(one for one in standings() if one.target.slug == slug)
    assert (one.words, one.state, one.is_behind) == (words, state, behind)


def test_yearly_figures_of_another_year_say_nothing_of_this_one() -> None:
    with time_machine.travel("2026-11-26 12:00Z"):
        figure("1240", target="publications", as_of=date(2026, 3, 31))
        found = target_of("publications")
        ledger = Ledger([found])
        assert ledger.amount(found, date(2026, 3, 31)).value == 1240
        assert ledger.amount(found, date(2026, 11, 26)).value is None


# ---- signed ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The quarter to the end of September 2026, with two ideas and a figure, signed in November."""
    with time_machine.travel("2026-11-26 12:00Z"):
        target_of()
        draw(rule=rule_of(counted("idea:1", on=date(2026, 8, 1)), counted("idea:2", on=date(2026, 9, 30))))
        figure("900", target="income", as_of=date(2026, 9, 30))
        sign_off(period_end=date(2026, 9, 30), by=lead())
        yield date(2026, 9, 30)


def held(end: date) -> dict[str, tuple[bool, bool]]:
    """Which figures that there are hold, and which are known differently by now."""
    return {one.snapshot.target.slug: (one.holds, one.has_moved) for one in checked_quarter(end) if one.snapshot.value}


def test_every_target_is_signed_with_what_it_had_come_to(signed: date) -> None:
    values = {row.target.slug: row.value for row in KpiSnapshot.objects.select_related("target")}
    assert len(values) == StrategyTarget.objects.count() == 17
    assert (values[IDEAS], values["income"], values["setup-days"]) == (2, 900, None)
    assert held(signed) == {IDEAS: (True, False), "income": (True, False)}


def test_a_quarter_is_signed_once_and_only_when_it_is_over(signed: date) -> None:
    assert signed not in quarters_to_sign()
    for end in (signed, date(2026, 12, 31), date(2026, 9, 29)):
        with pytest.raises(NotNow):
            sign_off(period_end=end, by=lead())


def test_an_account_manager_signs_nothing() -> None:
    target_of()
    with pytest.raises(PermissionDenied):
        sign_off(period_end=quarters_to_sign()[0], by=manager())


def test_corrections_after_signing_are_shown_beside_it_and_change_nothing_signed(signed: date) -> None:
    exclude(entry=KpiEntry.objects.get(object_key="idea:1"), reason="A company’s.", by=manager())
    draw(rule=rule_of(counted("idea:2", on=date(2026, 9, 30)), counted("idea:3", on=date(2026, 7, 2))))
    correct_figure(
        figure=ManualFigure.objects.get(), value=Decimal(950), source="Report", reason="Audited.", by=manager()
    )
    assert held(signed) == {IDEAS: (True, False), "income": (True, True)}  # one idea out, another in
    exclude(entry=KpiEntry.objects.get(object_key="idea:3"), reason="Not one.", by=manager())
    assert held(signed)[IDEAS] == (True, True)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE impact_kpientry SET counted_on = '2026-08-02' WHERE object_key = 'idea:1'",
        "DELETE FROM impact_kpientry WHERE object_key = 'idea:1'",
        "UPDATE impact_kpientry SET object_key = 'idea:9' WHERE object_key = 'idea:1'",
        "UPDATE impact_kpisnapshot SET value = 3 WHERE value = 2",
    ],
)
def test_what_is_changed_behind_the_guard_is_seen(signed: date, sql: str) -> None:
    drop_triggers(GUARD)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert held(signed)[IDEAS][0] is False
    assert held(signed)["income"] == (True, False)
