"""``/staff/impact/``: from a figure to its entries and from each to its record; for account managers and the leadership."""

import csv
from io import StringIO
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from accounts.models import User
from impact import counting
from impact.actions import draw, exclude
from impact.models import KpiEntry, KpiSnapshot, ManualFigure
from impact.urls import urlpatterns
from tenancy.models import AccessLog
from tests.factories.accounts import UserFactory
from tests.factories.impact import counted, days_ago, entry, figure, lead, manager, rule_of, target_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
STAFF = [pattern.name for pattern in urlpatterns if str(pattern.pattern).startswith("staff/")]
OF_TARGET = "/staff/impact/innovation-ideas/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def signed_in(client: Client, user: User) -> User:
    client.force_login(user)
    return user


def seen(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return BeautifulSoup(response.content, "html.parser")


def words(element: Any) -> str:
    return " ".join(element.get_text(" ", strip=True).split())


def every_address() -> list[str]:
    row, number = entry(), figure()
    said = {"slug": "innovation-ideas", "day": "2026-09-30", "figure": number.pk, "entry": row.pk}
    return [
        reverse(str(pattern.name), kwargs={name: said[name] for name in pattern.pattern.converters})
        for pattern in urlpatterns
        if pattern.name in STAFF
    ]


# ---- the wall -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("group", ["", "Comms", "Editors", "Tenant admins", "Tenant members", "superuser"])
def test_everybody_else_is_refused_at_every_address(client: Client, group: str, method: str) -> None:
    addresses = every_address()
    assert len(addresses) == len(STAFF) == 7
    is_root = group == "superuser"
    signed_in(client, UserFactory(group="" if is_root else group, is_superuser=is_root))
    assert {path: getattr(client, method)(path).status_code for path in addresses} == dict.fromkeys(addresses, 403)
    assert (KpiEntry.objects.count(), ManualFigure.objects.count(), KpiSnapshot.objects.count()) == (1, 1, 0)


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client) -> None:
    for path in every_address():
        assert client.get(path)["Location"].startswith("/accounts/login/")


def test_staff_without_a_second_factor_set_one_up_first(client: Client, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = True
    for user in (manager(), lead()):
        signed_in(client, user)
        assert client.get("/staff/impact/")["Location"].startswith("/accounts/2fa/")


# ---- down to the record ---------------------------------------------------------------------------------------------
def test_from_a_figure_to_its_entries_and_from_each_to_its_record(client: Client, monkeypatch: Any) -> None:
    rule = rule_of(counted("idea:1", record="7"), counted("idea:2", record="8"))
    target_of()
    draw(rule=rule)
    monkeypatch.setitem(counting._rules, "innovation-ideas", rule)
    signed_in(client, manager())

    overview = seen(client, "/staff/impact/")
    link = overview.find("a", href=OF_TARGET)
    assert link is not None
    assert words(link.find_parent("tr").strong) == "2"
    page = seen(client, OF_TARGET)
    assert [a["href"] for a in page.select('section:has(#entries) a[href^="/records/"]')] == [
        "/records/8/",
        "/records/7/",
    ]


def test_entries_are_paged_and_cost_the_same_however_many(client: Client, django_assert_max_num_queries: Any) -> None:
    target_of()
    draw(rule=rule_of(*(counted(f"idea:{n}", on=days_ago(n)) for n in range(60))))
    signed_in(client, manager())
    with django_assert_max_num_queries(20):
        page = seen(client, OF_TARGET)
    assert "Page 1 of 2, 60 objects" in words(page)
    assert "Idea idea:59" in words(seen(client, f"{OF_TARGET}?page=2"))


# ---- figures and entries --------------------------------------------------------------------------------------------
def test_entering_a_figure_and_correcting_it(client: Client) -> None:
    target_of()
    somebody = signed_in(client, manager())
    path = "/staff/impact/income/figure/"
    assert client.get(path).status_code == 200
    typed = {"value": "49000000", "as_of": days_ago(5).isoformat(), "source": "Annual report, page 4"}
    assert client.post(path, typed)["Location"] == "/staff/impact/income/"
    first = ManualFigure.objects.get()
    assert (first.value, first.by, first.source) == (49_000_000, somebody, "Annual report, page 4")

    again = client.post(path, typed)
    assert again.status_code == 422
    page = BeautifulSoup(again.content, "html.parser")
    assert "Correct that one" in words(page.find(class_="nhsuk-error-summary"))
    assert page.find("input", attrs={"name": "source"})["value"] == "Annual report, page 4"

    correction = {"value": "48000000", "source": "Annual report, second edition", "reason": "A typing error."}
    client.post(f"/staff/impact/figures/{first.pk}/", correction)
    page = seen(client, "/staff/impact/income/")
    assert "£48m" in words(page)
    assert "Corrects an earlier one: A typing error." in words(page)
    assert ManualFigure.objects.count() == 2


def test_taking_an_entry_out_and_counting_it_again(client: Client) -> None:
    row, somebody = entry(), signed_in(client, lead())
    path = f"/staff/impact/entries/{row.pk}/"
    assert "Take it out of the figure" in words(seen(client, path))
    assert client.post(path, {"reason": " "}).status_code == 422
    assert client.post(path, {"reason": "Sent by a company."})["Location"] == OF_TARGET
    page = seen(client, OF_TARGET)
    assert f"{somebody}: taken out. Sent by a company." in words(page)
    assert "Count it again" in words(seen(client, path))
    client.post(path, {"reason": "It was a colleague."})
    assert [entry.counts for entry in KpiEntry.objects.all()] == [True, False, True]


# ---- quarters -------------------------------------------------------------------------------------------------------
@time_machine.travel("2026-11-26 12:00Z")
def test_the_lead_signs_a_quarter_and_anybody_of_staff_sees_whether_it_holds(client: Client) -> None:
    figure("900", target="income", as_of=days_ago(57))
    path = "/staff/impact/quarters/2026-09-30/"
    signed_in(client, manager())
    assert "The leadership signs it." in words(seen(client, path))
    assert client.post(path).status_code == 403
    boss = signed_in(client, lead())
    assert "Sign off the quarter" in words(seen(client, path))
    assert client.post(path)["Location"] == path
    page = seen(client, path)
    assert "Every figure still matches its entries." in words(page)
    assert f"Signed by {boss} on 26 November 2026" in words(page)
    assert "To 30 September 2026" in words(seen(client, "/staff/impact/"))
    assert client.get("/staff/impact/quarters/2026-12-31/").status_code == 404


# ---- the file -------------------------------------------------------------------------------------------------------
def test_the_file_has_every_row_and_it_is_written_down_who_took_it(client: Client) -> None:
    target_of()
    draw(rule=rule_of(counted("idea:1", words="=cmd|' /C calc'!A0"), counted("idea:2")))
    exclude(entry=KpiEntry.objects.first(), reason="+1", by=manager())  # type: ignore[arg-type]
    somebody = signed_in(client, manager())
    assert client.get("/staff/impact/evidence.csv").status_code == 302  # not by a link that a mail scanner follows
    response = client.post("/staff/impact/evidence.csv", {"target": "innovation-ideas"})
    rows = list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["state"], row["what"], row["reason"]) for row in rows] == [
        ("counted", "'=cmd|' /C calc'!A0", ""),
        ("counted", "Idea idea:2", ""),
        ("taken out", "'=cmd|' /C calc'!A0", "'+1"),
    ]
    logged = AccessLog.objects.get()
    assert (logged.by, logged.words) == (somebody, "Evidence of innovation-ideas, 3 rows")
    assert "Evidence of innovation-ideas, 3 rows" in words(seen(client, "/staff/impact/"))
