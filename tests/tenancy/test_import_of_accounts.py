"""A file of accounts and people: looked at line by line, brought in as a whole, and the second time nothing."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from directory.importing.faults import Refused
from tenancy import actions, history
from tenancy.importing.accounts import load_accounts
from tenancy.importing.columns import COLUMNS
from tenancy.models import Account, Contact, StateChange
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganisationFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PERSON = "public-task,told us at a meeting"
FILE = (
    "name,state,tier,contact_name,contact_email,lawful_basis,source\n"
    f"Orrest Valve,active,growth,Ann Lee,ann@orrest.co.uk,{PERSON}\n"
    f"Orrest Valve,,,Bea Ode,bea@orrest.co.uk,{PERSON}\n"
    "Sallow Health,prospect,,,,,\n"
)


def load(text: str, **options: Any) -> Any:
    return load_accounts("accounts.csv", text.encode(), **options)


def faults(text: str) -> list[str]:
    before = rows()
    with pytest.raises(Refused) as refused:
        load(text)
    assert rows() == before, "one fault, and nothing is written"
    return [str(fault) for fault in refused.value.faults]


def rows() -> dict[str, int]:
    models: Any = [*apps.get_app_config("tenancy").get_models(), apps.get_model("auditlog.LogEntry")]
    return {model._meta.label: model.objects.count() for model in models}


# ---- what it does ---------------------------------------------------------------------------------------------------
def test_accounts_and_their_people_come_in(manager: User) -> None:
    report = load(FILE, by=manager)

    assert str(report) == "3 created, 0 updated, 0 unchanged"
    account = Account.objects.get(name="Orrest Valve")
    assert (account.state, account.tier, account.manager) == ("active", "growth", manager)
    assert {(one.name, one.lawful_basis, one.source) for one in account.contacts.all()} == {
        ("Ann Lee", "public-task", "told us at a meeting"),
        ("Bea Ode", "public-task", "told us at a meeting"),
    }
    entry = history.of(account).first()
    assert entry is not None
    assert entry.actor == manager


def test_a_second_time_it_changes_nothing(manager: User) -> None:
    load(FILE, by=manager)
    before = rows()

    report = load(FILE, by=make.manager())

    assert str(report) == "0 created, 0 updated, 3 unchanged"
    assert rows() == before, "the history included"


def test_a_dry_run_says_what_the_load_does_and_writes_nothing(manager: User) -> None:
    make.AccountFactory(name="Sallow Health", organisation=None, tier="growth", state="prospect")
    text = FILE.replace("Sallow Health,prospect,,", "Sallow Health,active,core,")
    before = rows()

    dry = load(text, by=manager, dry_run=True)

    assert rows() == before
    real = load(text, by=manager)
    assert dry.changes == real.changes
    assert [(change.what, change.fields) for change in real.changes] == [
        ("created", ("account", "person")),
        ("created", ("person",)),
        ("updated", ("tier", "state")),
    ]
    assert StateChange.objects.get().reason == "by an import"


def test_an_account_with_restricted_requests_changes_hands_by_whoever_reads_them(manager: User) -> None:
    account = make.AccountFactory(name="Orrest Valve", organisation=None)
    make.SupportRequestFactory(account=account, confidentiality="restricted")
    text = f"name,manager\nOrrest Valve,{manager.email}\n"

    with pytest.raises(Refused) as refused:
        load(text, by=manager)
    (fault,) = [str(fault) for fault in refused.value.faults]
    assert fault.startswith("line 2, manager: Orrest Valve stays as it is: This account has restricted requests.")
    assert "Ask one of them. Or leave “manager” empty." in fault

    profile = OrganisationFactory(slug="orrest-valve")
    with pytest.raises(Refused, match="organisation: Orrest Valve stays as it is"):
        load(f"name,organisation\nOrrest Valve,{profile.slug}\n", by=manager)

    assert str(load(text, by=account.manager)) == "0 created, 1 updated, 0 unchanged"
    account.refresh_from_db()
    assert account.manager == manager


def test_only_what_a_line_states_is_changed(manager: User) -> None:
    account = make.AccountFactory(name="Orrest Valve", tier="strategic", manager=manager)
    ann = make.ContactFactory(account=account, name="Ann Lee", email="ann@orrest.co.uk", role="Founder")
    old = make.ContactFactory(account=account, is_primary=True)

    load(
        f"name,contact_name,contact_email,contact_telephone,first_to_ask,lawful_basis,source\n"
        f"orrest  VALVE,Ann Lee,ANN@orrest.co.uk,01632 960001,yes,{PERSON}\n"
    )

    account.refresh_from_db()
    ann.refresh_from_db()
    old.refresh_from_db()
    assert (account.tier, account.name, ann.role, ann.telephone) == (
        "strategic",
        "Orrest Valve",
        "Founder",
        "01632 960001",
    )
    assert (ann.is_primary, old.is_primary) == (True, False)


def test_somebody_without_an_address_gets_the_one_of_the_file() -> None:
    ann = make.ContactFactory(account__name="Orrest", name="Ann Lee", email="")
    other = make.ContactFactory(account=ann.account, name="Ann Lee", email="another@orrest.co.uk")

    load(f"name,contact_name,contact_email,lawful_basis,source\nOrrest,Ann Lee,ann@orrest.co.uk,{PERSON}\n")

    ann.refresh_from_db()
    assert ann.email == "ann@orrest.co.uk"
    assert set(Contact.objects.all()) == {ann, other}


def test_the_public_profile_comes_before_the_name() -> None:
    page = OrganisationFactory(slug="orrest")
    account = make.AccountFactory(organisation=page, name="Old name")

    load("organisation,name\norrest,New name\n")

    account.refresh_from_db()
    assert (account.name, Account.objects.count()) == ("New name", 1)


def test_the_name_of_a_merged_account_means_the_one_that_stays(lead: User) -> None:
    stays, other = make.AccountFactory(name="Here"), make.AccountFactory(name="Gone", organisation=None)
    actions.merge(account=stays, other=other, by=lead)

    load("name,tier\nGone,strategic\n")

    stays.refresh_from_db()
    assert stays.tier == "strategic"


# ---- what it refuses ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "name,contact_name,source\nOrrest,Ann,met\n",
            "line 2, lawful_basis: “lawful_basis” is missing: on which ground",
        ),
        (
            "name,contact_name,lawful_basis\nOrrest,Ann,consent\n",
            "line 2, source: “source” is missing: where do we have",
        ),
        ("name,contact_email,lawful_basis,source\nOrrest,a@b.uk,consent,met\n", "line 2, contact_name:"),
        (
            "name,contact_name,lawful_basis,source\nOrrest,Ann,legitimate interests,met\n",
            "line 2, lawful_basis: “legit",
        ),
        (
            "name,contact_name,contact_email,lawful_basis,source\nOrrest,Ann,ann,consent,met\n",
            "is not an e-mail address",
        ),
        ("name,tier\nOrrest,gold\n", "line 2, tier: “gold” is not known here. Choose one of"),
        ("name,manager\nOrrest,nobody@example.org\n", "line 2, manager: “nobody@example.org” is nobody who works"),
        ("name,organisation\nOrrest,orest\n", "line 2, organisation: “orest” is no profile of the directory."),
        ("name,state\nOrrest,closed\n", "line 2, state: an import closes and merges nothing"),
        ("name,tier\nOrrest,core\nOrrest,growth\n", "line 3, tier: line 2 says something else of Orrest. Say it once."),
        ("tier\ncore\n", "line 2, name: which company?"),
        ("name,e-mail\nOrrest,a@b.uk\n", "line 1, e-mail: this column is called “contact_email” here."),
        ("name,tier\nValve Works,core\nThe Valve Works Ltd,core\n", "line 3, name: it reads like “Valve Works”"),
    ],
)
def test_a_fault_names_line_column_and_remedy(text: str, words: str) -> None:
    found = faults(text)

    assert len(found) == 1
    assert words in found[0]


def test_every_fault_of_the_file_is_told_at_once() -> None:
    make.AccountFactory(name="Known Company", organisation=None)

    assert len(faults("name,tier\nOne,gold\nTwo,silver\nThree,core\nKnown Co,core\n")) == 3


def test_a_company_that_looks_like_one_we_know_is_not_added_twice() -> None:
    make.AccountFactory(name="Orrest Valve Company", organisation=None)
    known = make.ContactFactory(account__name="Sallow", email="cai@sallow.co.uk")

    assert "it reads like “Orrest Valve Company”" in faults("name\nOrrest Valve Co.\n")[0]
    by_mail = f"name,contact_name,contact_email,lawful_basis,source\nQuite Another,Cai,{known.email},{PERSON}\n"
    assert "cai@sallow.co.uk belongs to “Sallow”" in faults(by_mail)[0]

    report = load(f"another,{by_mail.partition(chr(10))[0]}\nyes,{by_mail.splitlines()[1]}\n")
    assert report.notes == ["line 2: cai@sallow.co.uk is with Sallow too."]


def test_a_step_that_is_not_drawn_is_refused_in_words() -> None:
    make.AccountFactory(name="Orrest", state="at-risk")

    assert "can’t become “Prospect”. It can become “Active”, “Leaving”" in faults("name,state\nOrrest,prospect\n")[0]


def test_somebody_who_left_does_not_come_back_by_a_file() -> None:
    gone = make.ContactFactory(account__name="Orrest", name="Ann", email="ann@orrest.co.uk", left_on="2026-01-31")

    text = f"name,contact_name,contact_email,lawful_basis,source\nOrrest,Ann,{gone.email},{PERSON}\n"
    assert "they left on 2026-01-31" in faults(text)[0]


def test_two_accounts_of_one_name_are_not_guessed_between() -> None:
    for _ in range(2):
        make.AccountFactory(name="Orrest", organisation=None)

    assert "several accounts have this name" in faults("name,tier\nOrrest,core\n")[0]


# ---- the pages and the command --------------------------------------------------------------------------------------
def sent(client: Client, text: str) -> Any:
    file = SimpleUploadedFile("accounts.csv", text.encode())
    return client.post("/staff/accounts/import/", {"file": file}, follow=True)


def test_looked_at_first_and_then_imported(sign_in: SignIn, manager: User) -> None:
    client = sign_in(manager)

    page = words(sent(client, FILE))
    assert "3 new, 0 changed, 0 as they are. Nothing has been changed yet." in page
    assert "Orrest Valve, Bea Ode" in page
    assert not Account.objects.exists()

    done = client.post("/staff/accounts/import/review/", follow=True)
    assert "accounts.csv was imported: 3 created, 0 updated, 0 unchanged." in done.content.decode()
    assert Contact.objects.count() == 2
    again = client.post("/staff/accounts/import/review/", follow=True)
    assert "Choose it again" in again.content.decode()
    assert Contact.objects.count() == 2

    assert "All of this is there already." in words(sent(client, FILE))


def test_what_is_wrong_is_shown_and_nothing_happens(sign_in: SignIn, manager: User) -> None:
    client = sign_in(manager)

    page = words(sent(client, "name,tier\nOrrest,gold\n<b>,silver\n"), 422)

    assert "2 things to put right" in page
    assert client.post("/staff/accounts/import/review/").status_code == 422
    assert not Account.objects.exists()


def test_the_empty_file_has_the_columns_and_can_be_filled(sign_in: SignIn, manager: User) -> None:
    answer = sign_in(manager).get("/staff/accounts/import/template/")

    assert answer.content.decode("utf-8-sig").strip().split(",") == list(COLUMNS)
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("part", ["", "review/", "template/"])
def test_nobody_else_imports(sign_in: SignIn, part: str) -> None:
    client = sign_in(UserFactory(group="Comms"))

    assert client.get(f"/staff/accounts/import/{part}").status_code == 403
    assert client.post(f"/staff/accounts/import/{part}").status_code == 403


def test_the_command_does_the_same(tmp_path: Path) -> None:
    path, out = tmp_path / "accounts.csv", StringIO()
    path.write_text(FILE)

    call_command("load_accounts", path, "--dry-run", stdout=out)
    assert "Accounts: 3 created" in out.getvalue()
    assert not Account.objects.exists()

    call_command("load_accounts", path, stdout=out)
    assert Account.objects.count() == 2
    with pytest.raises(CommandError, match="Name the file"):
        call_command("load_accounts", "--dry-run")
