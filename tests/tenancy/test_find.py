"""Accounts found by any word of what is known of them, by whoever may read it."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import guards
from directory.models import OrganisationName
from tenancy import actions, history, retention, words
from tenancy.models import AccessLog, Account, Contact, Note
from tenancy.queries.find import KINDS, Result, find, groups
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganisationFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def found(viewer: User, text: str) -> list[str]:
    """The names of the accounts, in their order."""
    result = find(viewer, text)
    return [group.account.name for group in groups(viewer, result.order, result.words) if group.account]


def records(viewer: User, text: str) -> set[str]:
    result = find(viewer, text)
    return {one.kind.name for group in groups(viewer, result.order, result.words) for one in group.records}


# ---- how words are found --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "asked",
    [
        *("renewal", "RENEWAL", "renew", "renewing", "renewals", "lease renewal", "renewal lease", "wharfelight lease"),
        *("laboratory", "laboratories", "laborat", "cafe", "café", "x-ray", "x ray", "o'neill", "O’Neill"),
        *("zoe@example.org", "zoe@exam", "zoë", "lease, renewal!", 'the "lease"'),
    ],
)
def test_words_are_found_in_any_order_ending_and_accent(manager: User, asked: str) -> None:
    account = make.AccountFactory(name="Wharfelight")
    make.ContactFactory(account=account, name="Zoë O’Neill", email="zoe@example.org")
    make.InteractionFactory(
        account=account, words="We spoke of the renewal of the lease, in the Café of the laboratory."
    )
    make.NoteFactory(account=account, words="Their X-ray needs a room.")
    make.NoteFactory(words="Nothing of all that.")

    assert found(manager, asked) == ["Wharfelight"]


@pytest.mark.parametrize(
    "asked", ["lease zzz", "enewal", "zoe@other.org", "", " ", '"*"', "( OR zz", "NEAR(", "--", "';"]
)
def test_what_is_not_there_is_not_found(manager: User, asked: str) -> None:
    make.InteractionFactory(words="The renewal of the lease.")
    make.ContactFactory(email="zoe@example.org")

    assert found(manager, asked) == []


RECORDS: dict[str, Any] = {
    "Account": lambda account, word: setattr(account, "name", word) or account.save(),
    "Contact": lambda account, word: make.ContactFactory(account=account, role=word),
    "Interaction": lambda account, word: make.InteractionFactory(account=account, words=word),
    "Note": lambda account, word: make.NoteFactory(account=account, words=word),
    "Task": lambda account, word: make.TaskFactory(account=account, words=word),
    "Objective": lambda account, word: make.ObjectiveFactory(plan__account=account, words=word),
    "SupportRequest": lambda account, word: make.SupportRequestFactory(account=account, words=word),
    "Introduction": lambda account, word: make.IntroductionFactory(request__account=account, partner_words=word),
    "Outcome": lambda account, word: make.OutcomeFactory(account=account, evidence=word),
    "Collaboration": lambda account, word: make.CollaborationFactory(
        introduction=make.IntroductionFactory(request__account=account, made=True), title=word
    ),
    "OrganisationName": lambda account, word: OrganisationName.objects.create(
        organisation=account.organisation, kind="former", name=word
    ),
    "Enquiry": lambda account, word: make.EnquiryFactory(account=account, state="converted", message=word),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_record_is_found_and_leads_somewhere(manager: User, sign_in: SignIn, kind: str) -> None:
    account = make.AccountFactory()
    RECORDS[kind](account, "A Zqfound thing")
    account.refresh_from_db()
    client = sign_in(manager)

    page = BeautifulSoup(client.get("/staff/find/?q=zqfound").content, "html.parser")

    assert found(manager, "zqfound") == [account.name]
    record = page.select_one(".v-finds .v-lines li")
    assert record is not None
    assert record.mark is not None
    assert record.mark.get_text() == "Zqfound"
    if kind == "OrganisationName":
        return  # which stands on the public profile, and not with the account
    assert "Zqfound" in client.get(record.a["href"].partition("#")[0]).content.decode()  # type: ignore[union-attr]


def test_names_come_before_people_and_people_before_what_was_said(manager: User) -> None:
    said, person, named, both = (make.AccountFactory(name=name) for name in ("Said", "Person", "Marlpit", "Both"))
    make.NoteFactory(account=said, words="Marlpit was mentioned.")
    make.ContactFactory(account=person, name="Ann Marlpit")
    make.ContactFactory(account=both, name="Bea Marlpit")
    make.NoteFactory(account=both, words="Marlpit was mentioned again.")

    assert found(manager, "marlpit")[0] == named.name
    assert found(manager, "marlpit")[-1] == said.name


def test_words_beside_each_other_come_before_words_apart(manager: User) -> None:
    apart, together = make.AccountFactory(name="Apart"), make.AccountFactory(name="Together")
    make.NoteFactory(account=together, words="The scanner and its budget.")
    make.NoteFactory(account=apart, words="The scanner.")
    make.NoteFactory(account=apart, words="The budget.")

    assert found(manager, "budget scanner") == ["Together", "Apart"]


def test_an_account_shows_its_best_records_and_says_how_many_there_are(manager: User) -> None:
    account = make.AccountFactory()
    for number in range(5):
        make.NoteFactory(account=account, words=f"Scanner {number}")
    make.NoteFactory(account=account, words="Budget of the scanner")

    result = find(manager, "scanner budget")
    (group,) = groups(manager, result.order, result.words)

    assert (len(group.records), group.more) == (3, 3)
    assert group.records[0].pieces == [
        ("", False),
        ("Budget", True),
        (" of the ", False),
        ("scanner", True),
        ("", False),
    ]


def test_what_stands_between_empty_columns_is_not_shown(manager: User) -> None:
    make.SupportRequestFactory(words="A scanner")

    result = find(manager, "scanner")
    (group,) = groups(manager, result.order, result.words)

    assert "".join(text for text, _ in group.records[0].pieces) == "A scanner"


def test_a_name_of_what_was_merged_leads_to_the_account_that_stays(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two
    other.name = "Zqformer Valves"
    other.save()
    actions.merge(account=stays, other=other, by=manager)

    assert found(manager, "zqformer") == [stays.name]
    assert found(manager, "zqformer moved") == [stays.name]


def test_an_enquiry_without_an_account_is_found_by_itself(manager: User, sign_in: SignIn) -> None:
    enquiry = make.EnquiryFactory(organisation_name="Tarnhow", message="A bench, please.")
    make.EnquiryFactory(organisation_name="Elsewhere", message="A desk.")

    page = sign_in(manager).get("/staff/find/?q=tarnhow bench").content.decode()

    assert f"/staff/enquiries/{enquiry.pk}/" in page
    assert find(manager, "tarnhow desk").order == []


# ---- who finds it ---------------------------------------------------------------------------------------------------
def test_what_somebody_may_not_read_is_neither_found_nor_counted(manager: User, sign_in: SignIn) -> None:
    request = make.SupportRequestFactory(words="Zqsecret patent", confidentiality="restricted")
    account = request.account
    introduction = make.IntroductionFactory(request=request, tenant_words="Zqsecret", made=True)
    make.OutcomeFactory(account=account, request=request, evidence="Zqsecret")
    make.CollaborationFactory(introduction=introduction, title="Zqsecret")
    make.TaskFactory(account=account, request=request, words="Zqsecret")
    make.NoteFactory(account=account, words="Zqsecret", visibility="restricted", by=make.lead())

    assert find(manager, "zqsecret") == Result(words.words_of("zqsecret"), [], [("zqsecret", 0)])
    assert "patent" not in sign_in(manager).get("/staff/find/?q=zqsecret").content.decode()
    assert records(account.manager, "zqsecret") <= {
        "SupportRequest",
        "Introduction",
        "Outcome",
        "Collaboration",
        "Task",
    }
    (group,) = groups(account.manager, [account.pk], words.words_of("zqsecret"))
    assert len(group.records) + group.more == 5
    assert find(UserFactory(is_superuser=True), "zqsecret").order == []


def test_what_is_restricted_is_shown_where_its_read_is_written_down(sign_in: SignIn) -> None:
    request = make.SupportRequestFactory(words="Zqsecret patent", confidentiality="restricted")
    note = make.NoteFactory(
        words="Zqsecret sale", visibility="restricted", by=request.account.manager, account=request.account
    )
    client = sign_in(request.account.manager)

    page = BeautifulSoup(client.get("/staff/find/?q=zqsecret").content, "html.parser")

    said = page.main.get_text(" ")  # type: ignore[union-attr]
    assert "patent" not in said
    assert "sale" not in said
    assert said.count("Restricted: open it to read.") == 2
    assert not AccessLog.objects.exists()
    for link in page.select(".v-finds .v-lines a"):
        client.get(str(link["href"]).partition("#")[0])
    assert {(log.model, log.object_pk) for log in AccessLog.objects.all()} == {
        ("tenancy.SupportRequest", request.pk),
        ("tenancy.Note", note.pk),
    }


# ---- what is gone is gone -------------------------------------------------------------------------------------------
def test_words_that_were_changed_or_erased_are_gone_at_once(manager: User) -> None:
    contact = make.ContactFactory(name="Zqfirst")
    contact.name = "Zqsecond"
    contact.save()
    assert found(manager, "zqfirst") == []
    assert len(found(manager, "zqsecond")) == 1

    history.erase(contact)

    assert found(manager, "zqsecond") == []
    assert not Contact.objects.filter(pk__in=words.having(Contact, *words.words_of("zqsecond"))).exists()
    assert terms() & {"zqfirst", "zqsecond"} == set()


def test_a_forgotten_account_takes_all_its_words_with_it(manager: User) -> None:
    account = make.AccountFactory(name="Zqaccount")
    for kind, made in RECORDS.items():
        if kind not in ("Account", "OrganisationName"):
            made(account, f"zqof{kind}")
    assert {one for one in terms() if one.startswith("zqof")} == {f"zqof{kind}".lower() for kind in RECORDS} - {
        *("zqofaccount", "zqoforganisationname")
    }

    for enquiry in account.enquiries.all():
        retention.make_nameless(enquiry)
    retention.forget_account(account)

    left = {"zqofcollaboration"}  # which stays for the figures of the strategy, and holds nobody's name
    assert {one for one in terms() if one.startswith("zq")} == left
    assert find(manager, "zqofcollaboration").order == []


def terms() -> set[str]:
    """Every word that the database could be asked for."""
    found = set()
    with connection.cursor() as cursor:
        for model in words.COLUMNS:
            table = model._meta.db_table
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"CREATE VIRTUAL TABLE temp.{table}_terms USING fts5vocab('main', '{table}_words', 'row')"
                )
                cursor.execute(f"SELECT term FROM temp.{table}_terms")
                found |= {term for (term,) in cursor.fetchall()}
                cursor.execute(f"DROP TABLE temp.{table}_terms")
            else:
                cursor.execute(f"SELECT unnest(tsvector_to_array({words._vector(model)})) FROM {table}")
                found |= {term for (term,) in cursor.fetchall()}
    return found


def test_a_rebuilt_table_has_its_words_again(manager: User) -> None:
    """What a migration on SQLite leaves behind: no triggers, and records that came in meanwhile."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its indexes")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER tenancy_note_words_added")
    make.NoteFactory(words="Zqmeanwhile")
    assert words.GUARD.missing() == ["tenancy_note_words_added"]
    assert found(manager, "zqmeanwhile") == []
    assert not guards.readiness()

    words.install()

    assert len(found(manager, "zqmeanwhile")) == 1
    assert guards.readiness()


def test_nothing_is_left_of_somebody_erased_in_the_file_either(manager: User) -> None:
    contact = make.ContactFactory(name="Zqerased Person")
    make.ContactFactory(name="Zqkept Person")

    actions.forget_person(contact=contact, by=manager)

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM tenancy_contact_words_data")
            held = b"".join(block for (block,) in cursor.fetchall())
        assert b"kept" in held  # words that begin alike are written once
        assert b"erased" not in held
    assert terms() >= {"zqkept"}


def test_tidying_changes_nothing_that_is_found(manager: User) -> None:
    make.NoteFactory(words="Zqkept")
    history.erase(make.NoteFactory(words="Zqgone"))

    words.tidy()

    assert len(found(manager, "zqkept")) == 1
    assert found(manager, "zqgone") == []


# ---- the page -------------------------------------------------------------------------------------------------------
def test_the_box_is_on_every_staff_page_and_keeps_what_was_asked(manager: User, sign_in: SignIn) -> None:
    account, client = make.AccountFactory(), sign_in(manager)

    for address in (
        "/staff/",
        "/staff/accounts/",
        f"/staff/accounts/{account.pk}/",
        "/staff/requests/",
        "/staff/impact/",
    ):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        assert page.select_one("form[role=search][action='/staff/find/'] input[name=q]"), address
    page = BeautifulSoup(client.get("/staff/find/?q=two+words").content, "html.parser")
    assert page.select_one("#find")["value"] == "two words"  # type: ignore[index]


def test_nothing_found_says_which_word_to_leave_out(manager: User, sign_in: SignIn) -> None:
    make.AccountFactory(name="Wharfelight")

    page = sign_in(manager).get("/staff/find/?q=wharfelight zzz").content.decode()

    assert "Nothing you may read has “zzz”" in page
    assert "?q=wharfelight" in page


@pytest.mark.parametrize("number", [1, 30])
def test_a_page_costs_the_same_however_much_is_found(manager: User, sign_in: SignIn, number: int) -> None:
    for _ in range(number):
        account = make.AccountFactory(organisation=None, name="Scanner works")
        make.NoteFactory(account=account, words="The scanner and its budget.")
    client = sign_in(manager)
    client.get("/staff/find/?q=scanner")

    with CaptureQueriesContext(connection) as captured:
        client.get("/staff/find/?q=scanner budget")

    assert len(captured) == 14


def test_the_list_of_accounts_finds_by_the_same_words_and_inside_a_name(manager: User, sign_in: SignIn) -> None:
    account = make.AccountFactory(name="Wharfelight", organisation=OrganisationFactory())
    make.NoteFactory(account=account, words="Contracts for the café.")
    make.AccountFactory(name="Another")
    client = sign_in(manager)

    for asked in ("contract cafe", "arfeli", "wharf contracting"):
        assert [one.name for one in client.get("/staff/accounts/", {"q": asked}).context["accounts"]] == ["Wharfelight"]
    assert list(client.get("/staff/accounts/", {"q": "&"}).context["accounts"]) == []


def test_no_table_of_the_public_search_has_a_word_of_it() -> None:
    make.NoteFactory(words="Zqprivate")
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name.startswith("search_")]
        for name in names:
            cursor.execute(f"SELECT * FROM {name}")
            assert not [row for row in cursor.fetchall() if "zqprivate" in str(row).lower()], name
    assert len(names) > 3
    assert Note.objects.exists()
