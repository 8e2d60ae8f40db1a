"""What is held about one person is all in their bundle, with nothing of another; and all gone when they are forgotten."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, models
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core import subject_access
from core.privacy import personal_data
from directory.models import OrganisationMember
from events.bookings.choices import BookingStatus
from spaces.models import Booking
from tenancy import actions, copies, history
from tenancy.models import AccessLog, Account, Contact, Private, SupportRequest
from tests.booking_forms import words
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganisationFactory
from tests.planted_people import FACTORIES, Planted, dump, has_just_proven_it

SignIn = Callable[[User], Client]


# ---- the register ---------------------------------------------------------------------------------------------------
def test_every_table_about_people_is_given_or_says_why_not() -> None:
    given, not_given = set(subject_access.given()), set(subject_access.not_given())
    described = {entry.model for entry in personal_data()}
    private = {model._meta.label for model in apps.get_models() if issubclass(model, Private)}

    assert len(given) > 25
    assert given & not_given == set()
    assert given | not_given == described | private
    assert all(len(why) > 10 for why in subject_access.not_given().values())


def test_no_field_that_is_given_opens_something() -> None:
    for label, ways in subject_access.given().items():
        for way in ways:
            for name in way.fields:
                assert apps.get_model(label)._meta.get_field(name)
                assert name not in subject_access.SECRET


# ---- what is handed over --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_bundle_holds_everything_of_one_and_nothing_of_another(both: tuple[Planted, Planted]) -> None:
    mine, other = both
    out = io.StringIO()
    call_command("subject_access", mine.address, stdout=out)

    assert [word for word in mine.words if word not in out.getvalue()] == []
    assert other.mark not in out.getvalue()
    assert "guest@example.org" not in out.getvalue() and "A host" not in out.getvalue()
    assert len(json.loads(out.getvalue())["held"]) > 18


@pytest.mark.django_db
def test_somebody_reads_and_takes_away_their_own(both: tuple[Planted, Planted], sign_in: SignIn) -> None:
    mine, other = both
    client = sign_in(mine.user)

    page, file = client.get("/my/data/"), client.get("/my/data/download/")

    for said in (page.content.decode(), file.content.decode()):
        assert [word for word in mine.words if word not in said] == []
        assert other.mark not in said
    assert "attachment" in file["Content-Disposition"]


NO, YES = {"answer": "refused", "answered_at": timezone.now()}, {"answer": "given", "answered_at": timezone.now()}
ENDS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [  # how it ended, and what each side said
    ("declined", YES, NO),
    ("declined", NO, YES),
    ("lapsed", YES, {}),
    ("withdrawn", YES, YES),
]


@pytest.mark.django_db
@pytest.mark.parametrize("side", ["tenant", "partner"])
def test_no_side_reads_the_others_no_out_of_its_bundle(home: object, side: str) -> None:
    """However it ended, what one side is handed differs by their own answer alone."""
    other = "partner" if side == "tenant" else "tenant"
    rows = []
    for state, tenant, partner in ENDS:
        said: dict[str, Any] = {f"tenant_{name}": value for name, value in tenant.items()}
        said |= {f"partner_{name}": value for name, value in partner.items()}
        contact = make.ContactFactory()
        said |= {f"{side}_contact": contact, f"{other}_words": "We would rather not."}
        make.IntroductionFactory(state=state, **said)
        held = subject_access.as_data(subject_access.person_at(contact.email))["held"]
        rows += held["tenancy.Introduction"]["records"]
        assert "We would rather not." not in json.dumps(held) and "refused" not in json.dumps(held).replace(
            f'"{side}_answer": "refused"', ""
        )

    assert {row["state"] for row in rows} == {"not introduced"}
    assert len(rows) == len(ENDS)
    assert all(not [name for name in row if name.startswith(f"{other}_an")] for row in rows)


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["waiting", "refused"])
def test_a_partner_who_was_never_asked_learns_nothing(home: object, answer: str) -> None:
    said = {"tenant_answer": answer, "tenant_answered_at": timezone.now() if answer == "refused" else None}
    contact = make.ContactFactory()
    make.IntroductionFactory(state="asked" if answer == "waiting" else "declined", partner_contact=contact, **said)

    held = subject_access.as_data(subject_access.person_at(contact.email))["held"]

    assert "tenancy.Introduction" not in held
    assert "tenancy.Contact" in held


@pytest.mark.django_db
def test_an_address_that_is_not_proven_leads_to_nothing(both: tuple[Planted, Planted], sign_in: SignIn) -> None:
    mine, _ = both
    stranger = UserFactory()
    stranger.emailaddress_set.create(email=mine.address.upper(), verified=False)

    assert mine.mark not in sign_in(stranger).get("/my/data/download/").content.decode()


@pytest.mark.django_db
def test_what_a_colleague_wrote_down_for_a_company_is_the_companys(home: object) -> None:
    """Nor does erasing them, who work here no more, take its words from it."""
    request = make.SupportRequestFactory(words="A bench for six weeks.")
    request.raised_by = UserFactory()
    request.save()
    person = subject_access.person_of(request.raised_by)

    assert "tenancy.SupportRequest" not in subject_access.as_data(person)["held"]
    subject_access.erase(person)

    request.refresh_from_db()
    assert (request.words, request.raised_by) == ("A bench for six weeks.", None)


@pytest.mark.django_db
@pytest.mark.parametrize("belongs", [True, False])
def test_who_left_a_company_has_their_words_and_not_what_followed(home: object, belongs: bool) -> None:
    user = UserFactory()
    contact = make.ContactFactory(user=user, email=user.email, account__organisation=OrganisationFactory())
    request = make.SupportRequestFactory(account=contact.account, raised_by=user, words="A bench for six weeks.")
    make.IntroductionFactory(request=request, words="They look for a bench.")
    with history.by(user=None):
        request.next_step = "Zqcall the partner"
        request.save()
    if belongs:
        OrganisationMember.objects.create(organisation=contact.account.organisation, user=user)

    held = subject_access.as_data(subject_access.person_of(user))["held"]

    assert "A bench for six weeks." in json.dumps(held["tenancy.SupportRequest"])
    assert ("tenancy.Introduction" in held) == belongs
    assert ("Zqcall" in json.dumps(held.get("auditlog.LogEntry", ""), default=str)) == belongs


# ---- erasing --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_erased_nothing_is_left_of_one_and_all_of_another(both: tuple[Planted, Planted]) -> None:
    mine, other = both
    assert all(word in dump() for word in mine.words)
    out = io.StringIO()

    call_command("erase_person", mine.address, stdout=out)

    left = dump()
    assert [line[:300] for line in left.splitlines() if mine.mark in line] == []
    assert [word for word in other.words if word not in left] == []
    assert "Still named" not in out.getvalue()
    mine.booking.refresh_from_db()
    assert mine.booking.status == BookingStatus.CANCELLED
    assert Booking.objects.get(pk=mine.space.pk).purged_at is not None
    assert SupportRequest.objects.count() == 6  # companies keep what they need, at which stage
    assert other.full in left and "of another company" in left


@pytest.mark.django_db
def test_a_name_in_any_field_of_their_company_goes(home: object) -> None:
    """Whatever table is added to the tenancy: somebody may write a name in each of its fields."""
    name = "Zqada Zqlovelace"
    account = make.AccountFactory(organisation=None)
    contact = make.ContactFactory(account=account, name=name, email="zqada@example.org")
    request = make.SupportRequestFactory(account=account)
    introduction = make.IntroductionFactory(request=request, tenant_contact=contact)
    known: dict[str, Any] = {
        "account": account,
        "request": request,
        "introduction": introduction,
        "contact": make.ContactFactory(account=account),
        "tenancy": make.TenancyFactory(account=account),
        "plan": make.PlanFactory(account=account),
        "note": make.NoteFactory(account=account),
        "outcome": make.OutcomeFactory(account=account, request=request),
        "collaboration": make.CollaborationFactory(introduction=introduction),
    }
    planted = set()
    for model, factory in FACTORIES.items():
        if model in copies.ONE_ROW_EACH | {Account, make.NewsLetter, make.NewsDelivery}:
            continue
        record = next((one for one in known.values() if type(one) is model), None)
        if record is None:
            record = factory(**{field.name: known[field.name] for field in model._meta.fields if field.name in known})
        for field in copies.text_fields(model):
            is_json = isinstance(field, models.JSONField)
            setattr(record, field.name, {"said": [name]} if is_json else f"Met {name.upper()}.")
            planted.add(f"{model.__name__}.{field.name}")
        record.save()
        record.save()
    assert len(planted) > 20
    assert dump().count("zqada zqlovelace") > len(planted)

    call_command("erase_person", contact.email, stdout=io.StringIO())

    assert [line[:300] for line in dump().splitlines() if "zqada" in line] == []


@pytest.mark.django_db
def test_a_first_name_alone_and_the_words_of_others_stay(home: object) -> None:
    account = make.AccountFactory(name="Lovelace Engines")
    contact = make.ContactFactory(account=account, name="Ada", email="ada@example.org")
    make.EnquiryFactory(name="Ada", email=contact.email, message="A bench, please.", account=account)
    request = make.SupportRequestFactory(account=account, words="Ada says: a bench, please.")
    namesake = make.NoteFactory(words="Ada Lovelace wrote the first program.")

    call_command("erase_person", contact.email, stdout=io.StringIO())

    for record in (account, request, namesake):
        before = record.__dict__.get("words", record.__dict__.get("name"))
        record.refresh_from_db()
        assert record.__dict__.get("words", record.__dict__.get("name")) == before


@pytest.mark.django_db
def test_taking_a_bundle_is_logged_without_a_name(both: tuple[Planted, Planted]) -> None:
    mine, _ = both
    colleague = make.lead()

    call_command("subject_access", mine.address, by=colleague.email, stdout=io.StringIO())
    call_command("subject_access", "nobody@example.org", stdout=io.StringIO())

    nobody, taken = AccessLog.objects.all()
    assert (taken.what, taken.model, taken.object_pk, taken.by) == (
        "export",
        "accounts.User",
        mine.user.pk,
        colleague,
    )
    assert taken.words.startswith("Everything held about somebody, ") and mine.mark not in taken.words
    assert (nobody.by, nobody.object_pk, nobody.words) == (None, None, "Everything held about somebody, 0 records")
    with pytest.raises(CommandError, match="Nobody here signs in"):
        call_command("subject_access", mine.address, by="who@example.org", stdout=io.StringIO())


@pytest.mark.django_db
def test_whoever_answers_is_told_where_others_wrote_of_somebody(home: object) -> None:
    """By full name or address, which are nobody's proof: the page to look at, never the words, and nothing in the bundle."""
    ada = make.ContactFactory(name="Ada Zqbyron", email="ada@example.org")
    lead = make.lead(name="Catherine Armitage")
    named = [
        make.NoteFactory(words="Met ada  zqbyron, who is tired of it."),
        make.NoteFactory(words="ADA@example.org rang.", visibility="restricted", by=lead),
        make.SupportRequestFactory(words="For Ada Zqbyron."),
        make.TaskFactory(words="Ring Ada Zqbyron."),
    ]
    make.NoteFactory(words="Ada of another house, adazqbyron and bada@example.org")
    theirs = make.InteractionFactory(account=ada.account, words="With Ada Zqbyron alone.")
    theirs.contacts.add(ada)
    out, bundle = io.StringIO(), io.StringIO()

    call_command("subject_access", ada.email, "--to-review", by=lead.email, stdout=out)
    call_command("subject_access", ada.email, stdout=bundle)

    *lines, last = out.getvalue().strip().splitlines()
    assert last.startswith("4 to review")
    assert [f" {one.pk} " in line for one, line in zip(named, lines, strict=True)] == [True] * 4
    assert f"/staff/accounts/{named[0].account_id}/" in lines[0] and f"/staff/requests/{named[2].pk}/" in lines[2]
    assert "restricted: ask Catherine Armitage" in lines[1]
    assert "tired" not in out.getvalue() and "tired" not in bundle.getvalue()
    assert "With Ada Zqbyron alone." in bundle.getvalue()
    taken = AccessLog.objects.get(words__startswith="Where somebody")
    assert (taken.by, taken.words) == (lead, "Where somebody is named in words of others, 4 records")


@pytest.mark.django_db
def test_older_versions_and_a_part_of_the_name_near_them_are_looked_at_too(home: object) -> None:
    ada = make.ContactFactory(name="Dr Ada Zqbyron", email="ada@example.org")
    rewritten = make.NoteFactory(words="Met Dr Ada Zqbyron.")
    gone = make.TaskFactory(words="Ring ada@example.org.")
    near = make.NoteFactory(account=ada.account, words="Ada rang.")
    make.NoteFactory(account=ada.account, words="Met Dr Who of the radar, an adapter and ada.")
    make.NoteFactory(words="Ada rang, of another house.")
    rewritten.words = "Met her."
    rewritten.save()
    key = gone.pk
    gone.delete()
    theirs = make.InteractionFactory(account=ada.account, words="With Ada Zqbyron alone.")
    theirs.contacts.add(ada)
    out = io.StringIO()

    call_command("subject_access", ada.email, "--to-review", stdout=out)

    *lines, last = out.getvalue().strip().splitlines()
    assert last.startswith("3 to review")
    assert f" {near.pk} " in lines[0] and lines[0].endswith("(a part of the name)")
    assert f"/staff/accounts/{rewritten.account_id}/history/" in lines[1] and lines[1].endswith("(an older version)")
    assert f" {key} " in lines[2] and lines[2].endswith("(taken out since)")


@pytest.mark.django_db
def test_a_bundle_that_can_not_be_logged_is_not_given_out(
    both: tuple[Planted, Planted], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(AccessLog.objects, "create", broken)
    out = io.StringIO()
    with pytest.raises(DatabaseError):
        call_command("subject_access", both[0].address, stdout=out)
    assert out.getvalue() == ""


@pytest.mark.django_db
def test_who_is_erased_twice_is_erased_once(both: tuple[Planted, Planted]) -> None:
    mine, other = both

    for _ in range(2):
        call_command("erase_person", mine.address, stdout=io.StringIO())

    assert User.objects.filter(pk=other.user.pk).exists()


@pytest.mark.django_db
def test_that_somebody_was_erased_is_logged_without_a_name(both: tuple[Planted, Planted]) -> None:
    mine, other = both
    colleague = make.lead()
    contact = Contact.objects.get(user=other.user)
    key = contact.pk

    call_command("erase_person", mine.address, by=colleague.email, stdout=io.StringIO())
    actions.forget_person(contact=contact, by=colleague)

    by_us, by_command = AccessLog.objects.filter(what="erase")
    assert (by_command.model, by_command.object_pk, by_command.by) == ("accounts.User", None, colleague)
    assert (by_us.model, by_us.object_pk, by_us.by) == ("tenancy.Contact", key, colleague)
    assert {by_us.words, by_command.words} == {"Somebody, with everything held about them"}
    with pytest.raises(CommandError, match="Nobody here signs in"):
        call_command("erase_person", mine.address, by="who@example.org", stdout=io.StringIO())


@pytest.mark.django_db
def test_the_command_says_where_somebody_is_still_named(both: tuple[Planted, Planted]) -> None:
    mine, _ = both
    make.NoteFactory(words=f"Spoke with {mine.user.name} at the door.")
    out = io.StringIO()

    call_command("erase_person", mine.address, stdout=out)

    assert "Still named in 1 of tenancy_note.words" in out.getvalue()


@pytest.mark.django_db
def test_somebody_deletes_their_account_and_everything(both: tuple[Planted, Planted], sign_in: SignIn) -> None:
    mine, other = both
    client = sign_in(mine.user)
    assert "reauthenticate" in client.get("/my/data/delete/")["Location"]  # nobody else sits at the desk
    has_just_proven_it(client, mine.user)

    assert "Tick the box" in words(client.post("/my/data/delete/"))
    assert User.objects.filter(pk=mine.user.pk).exists()
    client.post("/my/data/delete/", {"sure": "yes"})

    left = dump()
    assert [line[:300] for line in left.splitlines() if mine.mark in line] == []
    assert other.mark in left
    assert client.get("/my/")["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_somebody_who_works_here_is_told_to_hand_over_first(sign_in: SignIn) -> None:
    manager = make.manager()
    client = sign_in(manager)
    has_just_proven_it(client, manager)

    page = client.post("/my/data/delete/", {"sure": "yes"})

    assert "hand over what you look after" in words(page)
    assert User.objects.filter(pk=manager.pk).exists()
