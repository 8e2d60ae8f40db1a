"""``/my/company/…``: what a company does with its record itself: it ticks, writes to us, and keeps up whom we speak with."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import User
from directory.choices import MemberRole
from tenancy import actions, history
from tenancy.choices import Confidentiality, TaskState, Visibility
from tenancy.models import Account, ChecklistItem, Contact, Note, Task
from tests.booking_forms import words
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def url(account: Account) -> str:
    return f"/my/company/{account.organisation.slug}/"


def of(account: Account, role: str = MemberRole.MEMBER, name: str = "Ada Byron") -> User:
    return OrganisationMemberFactory(organisation=account.organisation, role=role, user__name=name).user


# ---- what it does itself --------------------------------------------------------------------------------------------
def test_a_company_ticks_its_own_lines_and_takes_its_own_ticks_back(
    sign_in: SignIn, account: Account, url: str
) -> None:
    ada, stay = of(account), make.TenancyFactory(account=account)
    item = make.ChecklistItemFactory(tenancy=stay, words="Insurance certificate", theirs=True)
    ours = make.ChecklistItemFactory(tenancy=stay, words="Keys", theirs=False)
    client = sign_in(ada)

    for _ in range(2):  # once more changes nothing
        page = words(client.post(url, {"do": "done", "item": item.pk}, follow=True))

    assert "Done. “Insurance certificate”" in page and "Ada" in page.split("For you to do")[1]
    assert ChecklistItem.objects.get(pk=item.pk).done_by == ada
    changed = history.of(item).first()
    assert changed and changed.actor == ada
    record = words(sign_in(account.manager).get(f"/staff/accounts/{account.pk}/"))
    assert "Insurance certificate" in record and "Ada Byron" in record.split("Insurance certificate")[1][:60]
    client = sign_in(ada)
    client.post(url, {"do": "reopen", "item": item.pk})
    assert ChecklistItem.objects.get(pk=item.pk).done_at is None
    assert client.post(url, {"do": "done", "item": ours.pk}).status_code == 404
    actions.tick_item(item=item, by=account.manager)
    assert "The village ticked this" in words(client.post(url, {"do": "reopen", "item": item.pk}, follow=True))
    assert ChecklistItem.objects.get(pk=item.pk).done_by == account.manager
    elsewhere = of(make.AccountFactory())
    with pytest.raises(PermissionDenied):
        actions.tick_item(item=item, by=elsewhere)
    assert sign_in(elsewhere).post(url, {"do": "done", "item": item.pk}).status_code == 404


def test_a_shared_task_is_ticked_by_whom_it_is_given_to_or_an_admin(
    sign_in: SignIn, account: Account, url: str
) -> None:
    ada, bea, chief = of(account), of(account, name="Bea"), of(account, MemberRole.ADMIN, "Chief")
    contact = make.ContactFactory(account=account, user=ada, name="Ada Byron")
    client = sign_in(account.manager)
    said = {"do": "task", "words": "Send the papers", "due_on": timezone.localdate().isoformat()}
    said |= {"owner": account.manager.pk, "contact": contact.pk}
    staff_url = f"/staff/accounts/{account.pk}/"
    assert "Share it with the company" in words(client.post(staff_url, said))
    client.post(staff_url, {**said, "shared": "on"})
    task = Task.objects.get()
    make.TaskFactory(account=account, words="Ours alone")
    secret = make.SupportRequestFactory(account=account, confidentiality=Confidentiality.RESTRICTED)
    make.TaskFactory(account=account, request=secret, words="Of a secret", shared=True)

    client = sign_in(bea)
    page = words(client.get(url))
    assert "Send the papers" in page and "Ours alone" not in page and "Of a secret" not in page
    assert "given to a colleague" in words(client.post(url, {"do": "done", "task": task.pk}, follow=True))
    assert Task.objects.get(pk=task.pk).state == TaskState.OPEN
    assert "Send the papers" not in words(client.get("/my/"))
    assert "Send the papers" in words(sign_in(ada).get("/my/"))
    for user in (ada, chief):
        client = sign_in(user)
        client.post(url, {"do": "done", "task": task.pk})
        assert Task.objects.get(pk=task.pk).done_by == user
        client.post(url, {"do": "reopen", "task": task.pk})
        assert Task.objects.get(pk=task.pk).state == TaskState.OPEN
    assert client.post(url, {"do": "done", "task": Task.objects.get(words="Ours alone").pk}).status_code == 404


# ---- what its admin writes to us ------------------------------------------------------------------------------------
def test_an_admin_writes_to_the_village_and_whoever_looks_after_them_has_it_to_read(
    sign_in: SignIn, account: Account, url: str
) -> None:
    chief = of(account, MemberRole.ADMIN, "Chief Officer")
    client = sign_in(chief)
    assert "error" in words(client.post(url, {"do": "note", "words": " "})).lower()
    for _ in range(2):  # sent twice it is once
        page = words(client.post(url, {"do": "note", "words": "We are five now."}, follow=True))

    assert "We are five now. Note by Chief Officer" in page
    note = Note.objects.get()
    assert (note.visibility, note.theirs, note.by) == (Visibility.SHARED, True, chief)
    assert Task.objects.get().owner == account.manager
    day = words(sign_in(account.manager).get("/staff/"))
    assert "Read the note that the company wrote" in day and "Thoresby Diagnostics" in day
    assert "We are five now." in words(sign_in(account.manager).get(f"/staff/accounts/{account.pk}/"))
    client = sign_in(of(account))
    assert "Write a note" not in words(client.get(url))
    client.post(url, {"do": "note", "words": "Of a member"})
    assert Note.objects.count() == 1


# ---- whom we speak with ---------------------------------------------------------------------------------------------
def test_an_admin_keeps_up_whom_we_speak_with_and_nothing_else_of_them(
    sign_in: SignIn, account: Account, url: str
) -> None:
    client = sign_in(of(account, MemberRole.ADMIN))
    silent = make.ContactFactory(
        account=account, name="Sid", email="sid@example.org", do_not_contact=True, source="A rumour"
    )
    left = make.ContactFactory(
        account=account, email="lea@example.org", do_not_contact=True, left_on=timezone.localdate()
    )
    list_url = f"{url}contacts/"
    for _ in range(2):  # sent twice it is once
        client.post(list_url, {"name": "Lea", "email": "Lea@example.org"})

    lea = Contact.objects.get(name="Lea")
    assert (lea.email, lea.source, lea.lawful_basis) == (
        "lea@example.org",
        "The company’s own admin",
        "public-task",
    )
    assert lea.do_not_contact  # as she told us before she left
    page = words(client.get(list_url))
    assert "Sid" in page and "A rumour" not in page and client.get(f"{list_url}{left.pk}/").status_code == 404
    refused = client.post(list_url, {"name": "Somebody Else", "email": "sid@example.org"})
    assert "Sid has this address already" in words(refused) and b"Somebody Else" in refused.content

    change = f"{list_url}{silent.pk}/"
    form = client.get(change).context["form"]
    said = {"name": "Sidney", "email": "sid@example.org", "seen": form["seen"].value(), "do_not_contact": ""}
    silent.source = "Told us"  # what the form does not show clashes with nothing
    silent.save()
    client.post(change, said)
    silent.refresh_from_db()
    assert (silent.name, silent.do_not_contact, silent.source) == ("Sidney", True, "Told us")
    again = words(client.post(change, {**said, "name": "Sidonie"}))
    assert "Somebody changed this since you opened it" in again and "Sidney" in again


@pytest.mark.parametrize("role", ["a member", "an admin of another company"])
def test_contacts_are_kept_by_an_admin_of_the_company_alone(
    sign_in: SignIn, account: Account, url: str, role: str
) -> None:
    contact = make.ContactFactory(account=account)
    user = of(account) if role == "a member" else of(make.AccountFactory(), MemberRole.ADMIN)
    client = sign_in(user)

    assert client.get(f"{url}contacts/").status_code == 404
    assert client.post(f"{url}contacts/{contact.pk}/", {"name": "Mine"}).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.add_own_contact(account=account, name="Mine", by=user)
    with pytest.raises(PermissionDenied):
        actions.write_to_village(account=account, words="Mine", by=user)
