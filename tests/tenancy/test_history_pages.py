"""Who changed what is read on a page, and who read what: each as far as the reader may read the records themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tenancy import actions, history
from tenancy.models import AccessLog
from tests.factories import tenancy as make
from tests.factories.directory import NeedFactory, OrganisationFactory, StageFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def account(manager: User) -> Any:
    with history.by(user=None):
        return make.AccountFactory(name="Orrest", manager=manager, organisation=OrganisationFactory())


# ---- who changed what -----------------------------------------------------------------------------------------------
def test_the_history_of_an_account_says_who_changed_which_field(
    sign_in: SignIn, manager: User, lead: User, account: Any
) -> None:
    actions.classify(account=account, tier="strategic", next_review_on=timezone.localdate(), by=manager)
    actions.hand_over(account=account, to=lead, by=manager)
    contact = actions.add_contact(account=account, name="Ann Lee", source="told us", by=lead)
    with history.by(user=lead):
        contact.telephone = "01632 960001"
        contact.save()
    actions.change_state(account=account, to="at-risk", by=lead, reason="They are quiet.")

    said = words(sign_in(manager).get(f"/staff/accounts/{account.pk}/history/"))

    assert "Sam Holroyd Account changed" in said and "Tier Core Strategic" in said
    assert "Account changed Manager Sam Holroyd Catherine Armitage" in said
    assert "Catherine Armitage Ann Lee added" in said
    assert "Ann Lee changed Telephone – 01632 960001" in said
    assert "Why: They are quiet. State Active At risk" in said
    assert "By a link or a date Account added" in said and "a record" not in said
    assert f"“{account.pk}”" not in said and "Nonce" not in said


def test_the_history_is_narrowed_to_one_person(sign_in: SignIn, manager: User, account: Any) -> None:
    ann = actions.add_contact(account=account, name="Ann Lee", source="told us", by=manager)
    actions.add_contact(account=account, name="Bea Ode", source="told us", by=manager)
    client = sign_in(manager)
    assert f"?show=people&amp;record={ann.pk}" in client.get(f"/staff/accounts/{account.pk}/people/").content.decode()

    people = words(client.get(f"/staff/accounts/{account.pk}/history/?show=people"))
    one = words(client.get(f"/staff/accounts/{account.pk}/history/?show=people&record={ann.pk}"))

    assert "Ann Lee added" in people and "Bea Ode added" in people and "Account added" not in people
    assert "Ann Lee added" in one and "Bea Ode" not in one
    for odd in (
        "?show=people&record=x",
        "?show=nothing&record=9",
        "?page=999",
        "?show=people&record=99999999999999999999",
    ):
        assert client.get(f"/staff/accounts/{account.pk}/history/{odd}").status_code == 200


def test_what_is_restricted_is_told_to_few_and_the_read_is_written_down(
    sign_in: SignIn, manager: User, lead: User, account: Any
) -> None:
    other = make.manager()
    request = make.SupportRequestFactory(account=account, confidentiality="restricted", words="zqwords")
    make.IntroductionFactory(request=request, words="zqintroduction")
    make.OutcomeFactory(account=account, request=request, evidence="zqevidence")
    note = actions.write_note(account=account, words="zqnote", visibility="restricted", readers=[], by=manager)
    url = f"/staff/accounts/{account.pk}/history/"

    assert "zq" not in words(sign_in(other).get(url))
    assert AccessLog.objects.count() == 0
    assert sign_in(other).get(f"/staff/requests/{request.pk}/history/").status_code == 404

    seen = words(sign_in(manager).get(url))
    assert all(word in seen for word in ("zqwords", "zqintroduction", "zqevidence", "zqnote"))
    logged = set(AccessLog.objects.filter(by=manager).values_list("model", "object_pk"))
    assert logged == {("tenancy.SupportRequest", request.pk), ("tenancy.Note", note.pk)}

    of_lead = words(sign_in(lead).get(url))
    assert "zqwords" in of_lead and "zqnote" not in of_lead
    words(sign_in(lead).get(f"/staff/requests/{request.pk}/history/"))
    assert set(AccessLog.objects.filter(by=lead).values_list("model", flat=True)) == {"tenancy.SupportRequest"}


def test_the_history_of_a_request_holds_its_introductions_and_no_other_request(
    sign_in: SignIn, manager: User, account: Any
) -> None:
    said = {"need": NeedFactory(), "stage": StageFactory(), "by": manager}
    request = actions.open_request(account=account, words="A bench.", **said)
    other = actions.open_request(account=account, words="A lawyer.", **said)
    make.IntroductionFactory(request=request, partner=OrganisationFactory(title="Marlpit"))
    actions.take(request=request, owner=manager, next_step="We ring.", by=manager)

    seen = words(sign_in(manager).get(f"/staff/requests/{request.pk}/history/"))

    assert f"{request} added" in seen and "A bench." in seen
    assert "Introduction to Marlpit added" in seen
    assert "Next step – We ring." in seen
    assert str(other) not in seen and "A lawyer." not in seen


@pytest.mark.parametrize("number", [1, 30])
def test_a_page_of_the_history_costs_the_same_however_long_it_is(
    sign_in: SignIn, manager: User, account: Any, number: int
) -> None:
    for _ in range(number):
        request = make.SupportRequestFactory(account=account)
        make.IntroductionFactory(request=request, tenant_contact=make.ContactFactory(account=account))
        make.NoteFactory(account=account)
    client = sign_in(manager)
    url = f"/staff/accounts/{account.pk}/history/"
    client.get(url)

    with CaptureQueriesContext(connection) as captured:
        client.get(url)

    assert len(captured.captured_queries) <= 22


# ---- who read what --------------------------------------------------------------------------------------------------
@pytest.fixture
def log(manager: User, account: Any) -> Any:
    request = make.SupportRequestFactory(account=account, confidentiality="restricted")
    note = make.NoteFactory(account=account, visibility="restricted", by=manager, words="zqnote")
    actions.log_reads(records=[request, note], by=manager)
    actions.log_export(model=type(request), words="zqexport, 3 rows", by=make.manager(name="Nia Price"))
    return request, note


def test_who_leads_reads_the_log_and_nobody_else(sign_in: SignIn, manager: User, lead: User, log: Any) -> None:
    request, note = log
    before = AccessLog.objects.count()

    client = sign_in(lead)
    page = client.get("/staff/log/")
    said = words(page)

    assert f"Sam Holroyd Read {request} Orrest" in said
    assert "Nia Price Taken away as a file Support requests zqexport, 3 rows" in said
    assert AccessLog.objects.count() == before
    # A note for named people: that it is of this company is as restricted as what it says.
    assert f"Sam Holroyd Read Note {note.pk} –" in said and "zqnote" not in said
    assert f"/staff/accounts/{note.account_id}/" not in page.content.decode()
    assert 'href="/staff/log/"' in client.get("/staff/").content.decode()
    assert "Who read it" in words(client.get(f"/staff/requests/{request.pk}/"))

    of_manager = sign_in(manager)
    assert of_manager.get("/staff/log/").status_code == 403
    assert of_manager.post("/staff/log/file/").status_code == 403
    assert 'href="/staff/log/"' not in of_manager.get("/staff/").content.decode()


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({}, 3),
        ({"what": "export"}, 1),
        ({"what": "read"}, 2),
        ({"model": "tenancy.Note"}, 1),
        ({"company": "orrest"}, 1),  # the note is for named people
        ({"company": "nobody"}, 0),
        ({"since": "2001-01-01"}, 3),
        ({"until": "2001-01-01"}, 0),
        ({"since": "not a day"}, 3),
        ({"number": "999999"}, 0),
    ],
)
def test_the_log_is_narrowed(sign_in: SignIn, lead: User, log: Any, query: dict[str, str], rows: int) -> None:
    page = sign_in(lead).get("/staff/log/", query)

    assert len(page.context["rows"]) == rows


def test_the_log_of_one_person_and_page_by_page(sign_in: SignIn, manager: User, lead: User, log: Any) -> None:
    request, _ = log
    long_ago = timezone.now() - timedelta(days=400)
    for _ in range(60):
        AccessLog.objects.create(
            what="read", model="tenancy.SupportRequest", object_pk=request.pk, at=long_ago, by=lead
        )
    client = sign_in(lead)

    assert len(client.get("/staff/log/", {"who": manager.pk}).context["rows"]) == 2
    assert len(client.get("/staff/log/").context["rows"]) == 50
    second = client.get("/staff/log/", {"page": 2, "model": "tenancy.SupportRequest"})
    assert len(second.context["rows"]) == 12


def test_the_log_as_a_file_is_narrowed_too_and_logged(sign_in: SignIn, manager: User, lead: User, log: Any) -> None:
    request, _ = log
    client = sign_in(lead)
    assert client.get("/staff/log/file/")["Location"] == "/staff/log/"

    file = client.post("/staff/log/file/", {"who": manager.pk})

    text = file.content.decode()
    assert "attachment" in file["Content-Disposition"] and file["Cache-Control"].startswith("max-age=0")
    assert text.count("\r\n") == 3 and str(request) in text and "Nia Price" not in text
    last = AccessLog.objects.first()
    assert last and (last.what, last.model, last.by, last.words) == (
        "export",
        "tenancy.AccessLog",
        lead,
        "Log of access, 2 rows",
    )
