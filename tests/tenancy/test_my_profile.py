"""``/my/profile/``: an admin proposes what the profile should say, sees the difference first, and changes or takes it back."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from accounts.models import User
from directory import actions, profile_fields
from directory.actions.profile_changes import sight_of
from directory.choices import ChangeState, MemberRole
from directory.models import OrganisationPage, ProfileChange
from tests.booking_forms import words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import (
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    SectorFactory,
    StageFactory,
    ThemeFactory,
)

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
EDIT = "/my/profile/thoresby/edit/"


@pytest.fixture
def company(home: object) -> OrganisationPage:
    stage = StageFactory(number=3)
    return OrganisationFactory(
        title="Thoresby Diagnostics",
        slug="thoresby",
        summary="Reads blood spots.",
        description="<p>Founded in a <b>shed</b>.</p><ul><li>Spots</li><li>Drops</li></ul>",
        website="https://thoresby.example/",
        themes=[ThemeFactory(name="Diagnostics")],
        offers=[OfferFactory.build(need=NeedFactory(name="Pilot sites"), stages=[stage], words="We test with you.")],
    )


@pytest.fixture
def admin(company: OrganisationPage) -> User:
    return OrganisationMemberFactory(organisation=company, role=MemberRole.ADMIN, user__name="Ada Byron").user


def filled_in(client: Client, url: str = EDIT) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    form = BeautifulSoup(client.get(url).content, "html.parser").select_one("form.v-form")
    assert form is not None
    return fields_of(form)


def fields_of(form: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name = field["name"]
        if field.name == "textarea":
            data[name] = field.text.removeprefix("\n")
        elif field.name == "select":
            chosen = field.select_one("option[selected]")
            data[name] = chosen["value"] if chosen else ""
        elif field.get("type") in ("checkbox", "radio"):
            if field.has_attr("checked"):
                data.setdefault(name, []).append(field["value"])
        elif field.get("type") == "hidden" and name in data:
            data[name] = [*(data[name] if isinstance(data[name], list) else [data[name]]), field.get("value", "")]
        else:
            data[name] = field.get("value", "")
    data.pop("csrfmiddlewaretoken", None)
    return data


def checked(client: Client, **changes: Any) -> Any:
    """The page with the comparison."""
    return client.post(EDIT, {**filled_in(client), **changes, "do": "check"})


def send(client: Client, **changes: Any) -> Any:
    form = BeautifulSoup(checked(client, **changes).content, "html.parser").select_one(".v-account__main form")
    return client.post(EDIT, {**fields_of(form), "do": "send"}, follow=True)


def test_what_would_change_is_compared_before_it_is_sent(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    page = checked(sign_in(admin), summary="Reads blood spots in minutes.")

    rows = BeautifulSoup(page.content, "html.parser").select(".v-diff tbody tr")
    assert [row.th.text for row in rows if row.th] == ["Summary"]
    assert [cell.text.strip() for cell in rows[0].select("td")] == [
        "Reads blood spots.",
        "Reads blood spots in minutes.",
    ]
    assert not ProfileChange.objects.exists()


def test_what_is_sent_waits_and_the_profile_stays_as_it_was(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    comms = UserFactory(group="Comms")
    client = sign_in(admin)
    page = send(client, summary="Reads blood spots in minutes.")

    change = ProfileChange.objects.get()
    assert (change.state, change.by) == (ChangeState.WAITING, admin)
    assert change.after == {"summary": "Reads blood spots in minutes."}
    assert "Waits for the village" in words(page)
    assert "in minutes" not in words(Client().get("/directory/thoresby/"))
    assert [letter.to for letter in mail.outbox] == [[comms.email]]
    assert "Thoresby Diagnostics" in mail.outbox[0].subject
    assert "Ada" not in mail.outbox[0].body


def test_everything_goes_through_the_form_unchanged(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    """A form that was only opened differs in nothing: no value is lost on its way."""
    page = checked(sign_in(admin))

    assert "Nothing differs" in words(page)
    assert "- Spots\n- Drops" in BeautifulSoup(page.content, "html.parser").select_one("textarea#id_description").text


def test_lists_and_offers_are_proposed_too(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    sector, need, stage = SectorFactory(name="Imaging"), NeedFactory(name="Money"), StageFactory(number=5)
    send(
        sign_in(admin),
        sectors=[sector.pk],
        **{"offers-0-words": "We test with you and yours.", "seeks-0-need": need.pk, "seeks-0-stages": [stage.pk]},
    )

    after = ProfileChange.objects.get().after
    assert after["sectors"] == [sector.pk]
    assert after["offers"][0]["words"] == "We test with you and yours."
    assert after["seeks"] == [{"need": need.pk, "stages": [stage.pk], "words": "", "expires_on": ""}]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("summary", "word " * 27, "At most 25 words"),
        ("website", "thoresby", "not a web address"),
        ("founded", "3026", "not a year"),
        ("title", "", "required"),
        ("seeks-0-words", "We look for somebody.", "Choose which need"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(
    sign_in: SignIn, company: OrganisationPage, admin: User, field: str, typed: str, said: str
) -> None:
    page = checked(sign_in(admin), abbreviation="TD", **{field: typed})

    found = BeautifulSoup(page.content, "html.parser")
    assert said in found.select_one(".nhsuk-error-summary").text
    control = found.select_one(f"#id_{field}")
    assert typed.strip() in ((control.get("value") or control.text).strip(), typed)
    assert found.select_one("#id_abbreviation")["value"] == "TD"


def test_an_address_without_its_beginning_is_understood(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    send(sign_in(admin), website="www.thoresby.example/new")
    assert ProfileChange.objects.get().after == {"website": "https://www.thoresby.example/new"}


def test_an_offer_without_a_stage_is_sent_back_to_its_stages(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    page = checked(sign_in(admin), **{"offers-1-need": NeedFactory(name="Money").pk})
    assert "Tick at least one stage for Money" in words(page)


def test_room_is_made_for_one_more_and_nothing_typed_is_lost(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    client = sign_in(admin)
    page = client.post(EDIT, {**filled_in(client), "summary": "x " * 30, "do": "add-offers"})

    found = BeautifulSoup(page.content, "html.parser")
    assert found.select_one("#id_offers-2-need") is not None
    assert found.select_one("#id_summary").text.strip() == ("x " * 30).strip()
    assert found.select(".nhsuk-error-message") == []  # nobody has asked yet whether it is right


def test_sent_twice_it_is_once(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    client = sign_in(admin)
    form = BeautifulSoup(checked(client, summary="New.").content, "html.parser").select_one(".v-account__main form")
    for _ in range(2):
        page = client.post(EDIT, {**fields_of(form), "do": "send"})
        assert page["Location"] == "/my/profile/thoresby/"
    assert ProfileChange.objects.count() == 1
    assert ProfileChange.objects.get().version == 1


def test_it_is_changed_until_it_is_decided(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    client = sign_in(admin)
    send(client, summary="New.")
    assert filled_in(client)["summary"] == "New."
    send(client, summary="Newer.")

    change = ProfileChange.objects.get()
    assert (change.after, change.before) == ({"summary": "Newer."}, {"summary": "Reads blood spots."})
    assert change.version == 2


def test_a_colleague_does_not_overwrite_what_they_have_not_seen(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    bea = OrganisationMemberFactory(organisation=company, role=MemberRole.ADMIN).user
    client = sign_in(bea)
    begun = {**filled_in(client), "summary": "What Bea says.", "do": "send"}
    actions.propose(organisation=company, values={"summary": "What Ada says."}, by=admin)

    page = client.post(EDIT, begun)
    assert page.status_code == 409
    assert "A colleague of yours" in words(page)
    assert ProfileChange.objects.get().after == {"summary": "What Ada says."}

    form = BeautifulSoup(page.content, "html.parser").select_one(".v-account__main form")  # sent on after all
    client.post(EDIT, {**fields_of(form), "do": "send"})
    assert ProfileChange.objects.get().after == {"summary": "What Bea says."}


def test_it_is_withdrawn_and_the_next_one_is_a_new_one(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    client = sign_in(admin)
    send(client, summary="New.")
    for _ in range(2):
        client.post("/my/profile/thoresby/", {"do": "withdraw"})
    assert ProfileChange.objects.get().state == ChangeState.WITHDRAWN

    send(client, summary="Newest.")
    assert ProfileChange.objects.open().get().after == {"summary": "Newest."}


def test_a_member_reads_and_proposes_nothing(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    actions.propose(organisation=company, values={"summary": "What Ada says."}, by=admin)
    client = sign_in(OrganisationMemberFactory(organisation=company).user)

    page = client.get("/my/profile/thoresby/")
    assert "What Ada says." in words(page)
    assert "An admin changes" in words(page)
    assert "Only an admin" in words(client.post(EDIT, {"do": "send", "summary": "x"}, follow=True))
    client.post("/my/profile/thoresby/", {"do": "withdraw"})
    assert ProfileChange.objects.get().state == ChangeState.WAITING


def test_somebody_else_is_asked_whether_they_belong_to_it(sign_in: SignIn, company: OrganisationPage) -> None:
    client = sign_in(OrganisationMemberFactory().user)
    for url in ("/my/profile/thoresby/", EDIT):
        assert client.get(url, follow=True).redirect_chain[-1][0] == "/my/claim/thoresby/"
    company.unpublish()
    assert client.get("/my/profile/thoresby/").status_code == 404


def test_the_short_address_leads_to_the_only_one_or_lets_choose(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    client = sign_in(admin)
    assert client.get("/my/profile/")["Location"] == "/my/profile/thoresby/"
    other = OrganisationMemberFactory(user=admin).organisation
    page = client.get("/my/profile/")
    assert {"Thoresby Diagnostics", other.title} <= {
        link.text for link in BeautifulSoup(page.content, "html.parser").select(".v-lines a")
    }


def test_an_admin_confirms_what_it_says(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    OrganisationPage.objects.update(checked_on=None)
    client = sign_in(admin)
    seen = BeautifulSoup(client.get("/my/profile/thoresby/").content, "html.parser").select_one("input[name=seen]")
    page = client.post("/my/profile/thoresby/", {"do": "confirm", "seen": seen["value"]}, follow=True)

    company.refresh_from_db()
    assert company.checked_on is not None
    assert company.checked_by == admin
    assert "Checked" in words(page)


def test_what_changed_while_they_read_is_not_confirmed(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    OrganisationPage.objects.update(checked_on=None)
    page = sign_in(admin).post("/my/profile/thoresby/", {"do": "confirm", "seen": "of yesterday"}, follow=True)

    company.refresh_from_db()
    assert company.checked_on is None
    assert "Read it once more" in words(page)


def test_a_profile_that_is_not_public_stays_so(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    comms = UserFactory(group="Comms")
    change = actions.propose(organisation=company, values={"summary": "After."}, by=admin)
    seen = sight_of(change, profile_fields.read(company))
    company.unpublish()

    assert "not public at the moment" in words(sign_in(admin).get("/my/profile/thoresby/"))
    with pytest.raises(actions.Refusal, match="not public"):
        actions.propose(organisation=company, values={"summary": "Later."}, by=admin)
    with pytest.raises(actions.Refusal, match="Publish it first"):
        actions.approve(change=change, fields=["summary"], seen=seen, by=comms)
    actions.mark_checked(organisation=company, by=comms)
    company.refresh_from_db()
    assert not company.live


def test_what_was_sent_back_is_said_on_the_first_page(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    client = sign_in(admin)
    change = actions.propose(organisation=company, values={"summary": "The best."}, by=admin)
    assert "was sent back" not in words(client.get("/my/"))
    actions.send_back(change=change, words="No superlatives.", by=UserFactory(group="Comms"))
    assert "was sent back" in words(client.get("/my/"))
    assert "No superlatives." in words(client.get("/my/profile/thoresby/"))
    assert filled_in(client)["summary"] == "The best."


@pytest.mark.parametrize("number", [1, 8])
def test_many_offers_cost_what_one_costs(
    sign_in: SignIn, home: object, number: int, django_assert_num_queries: Any
) -> None:
    offers = [
        OfferFactory.build(need=NeedFactory(), stages=[StageFactory(number=n + 1) for n in (1, 2)])
        for _ in range(number)
    ]
    page = OrganisationFactory(slug="offering", offers=offers)
    client = sign_in(OrganisationMemberFactory(organisation=page, role=MemberRole.ADMIN).user)
    for url, statements in (("/my/profile/offering/", 29), ("/my/profile/offering/edit/", 22)):
        client.get(url)
        with django_assert_num_queries(statements):
            client.get(url)
