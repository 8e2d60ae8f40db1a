"""What belongs to nobody, or to somebody who is away, stands in somebody's day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from core.models import SiteSettings
from home.models import HomePage
from tenancy import actions, retention
from tenancy.models import Absence, Account, SupportRequest, Task
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import NeedFactory, StageFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


STALLED_OF_OTHERS = (
    "Tarnhow and Yes Partner agreed, not introduced",
    "Tarnhow and Silent Partner nobody answered",
    "Tarnhow: contract nobody confirmed it",
    "the company says otherwise",
)


def something_due(owner: User, name: str) -> None:
    account = make.AccountFactory(name=f"Account of {name}", manager=owner, last_contact_at=timezone.now())
    make.TaskFactory(account=account, words=f"Task of {name}", due_on=day(-1), owner=owner)
    make.EnquiryFactory(organisation_name=f"Enquiry of {name}", assigned_to=owner)
    make.SupportRequestFactory(account=account, need=NeedFactory(name=f"Need of {name}"), owner=owner)
    make.CheckBackFactory(
        introduction__request__account=account,
        introduction__request__answered_at=timezone.now(),
        introduction__request__state="introduced",
        introduction__by=owner,
        introduction__partner__title=f"Partner of {name}",
        due_on=day(0),
    )


# ---- without an owner -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("gone", ["nobody", "switched off", "of another department"])
def test_what_has_no_owner_is_seen_by_everybody_until_somebody_takes_it(
    sign_in: SignIn, manager: User, gone: str
) -> None:
    left = {
        "nobody": lambda: None,
        "switched off": lambda: make.manager(is_active=False),
        "of another department": lambda: UserFactory(group="Comms"),
    }[gone]()
    account = make.AccountFactory(name="Tarnhow", manager=left, last_contact_at=timezone.now())
    task = make.TaskFactory(account=account, words="Ring Tarnhow", owner=left, due_on=day(40))
    request = make.SupportRequestFactory(account=account, owner=left, need=NeedFactory(name="Bench"))
    enquiry = make.EnquiryFactory(organisation_name="Whernside", assigned_to=left)
    client = sign_in(manager)

    said = words(client.get("/staff/")).partition("Without an owner")[2].partition("Ask what came")[0]
    for there in ("Ring Tarnhow", f"{request.number} Tarnhow", "Whernside", "Tarnhow account, looked after by nobody"):
        assert there in said, there

    actions.give_task(task=task, to=make.manager(), by=manager)
    actions.take(request=request, owner=make.manager(), by=manager)
    actions.assign(enquiry=enquiry, to=make.manager(), by=manager)
    actions.hand_over(account=account, to=make.manager(), by=manager)
    assert "Without an owner" not in words(client.get("/staff/"))


def test_a_restricted_request_without_an_owner_is_seen_by_those_who_read_it(sign_in: SignIn, manager: User) -> None:
    request = make.SupportRequestFactory(owner=None, confidentiality="restricted")
    make.TaskFactory(account=request.account, request=request, words="Zqtask", owner=None)

    assert "Without an owner" not in words(sign_in(manager).get("/staff/"))
    said = words(sign_in(make.lead()).get("/staff/"))
    assert request.number in said
    assert "Zqtask" in said


# ---- somebody is away -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("deputy", "to_deputy", "to_others"),
    [
        ("stands in", True, False),
        ("nobody", True, True),
        ("is away too", True, True),
        ("switched off", True, True),
        ("left this work", True, True),
    ],
)
def test_what_is_due_of_somebody_away_falls_to_whoever_stands_in(
    sign_in: SignIn, manager: User, deputy: str, to_deputy: bool, to_others: bool
) -> None:
    away, other = make.manager(name="Nadia Rahmani"), make.manager()
    others = {"nobody": None, "switched off": make.manager(is_active=False), "left this work": UserFactory()}
    stands_in = others.get(deputy, manager)
    make.AbsenceFactory(user=away, deputy=stands_in, starts_on=day(0), ends_on=day(3))
    if deputy == "is away too":
        make.AbsenceFactory(user=manager, deputy=None)
    something_due(away, "Nadia")
    make.TaskFactory(account=make.AccountFactory(manager=away), words="Later task", owner=away, due_on=day(2))
    theirs = make.AccountFactory(name="Tarnhow", manager=away)
    something_stalled(make.SupportRequestFactory(account=theirs, owner=away))
    make.ChecklistItemFactory(tenancy__account=theirs, words="Keys of Nadia", owner=away, due_on=day(-1))
    of_somebody_here = make.SupportRequestFactory(account=theirs, owner=make.manager())
    make.IntroductionFactory(request=of_somebody_here, both_agreed=True, partner__title="Other Partner")

    for viewer, sees in ((manager, to_deputy), (other, to_others)):
        said = words(sign_in(viewer).get("/staff/"))
        assert ("For Nadia Rahmani" in said) == sees
        for there in ("Task of Nadia", "Enquiry of Nadia", "Account of Nadia and Partner of Nadia"):
            assert (there in said) == sees, there
        for there in ("Keys of Nadia", *STALLED_OF_OTHERS):
            assert (there in said) == sees, there
        assert "Later task" not in said and "Other Partner" not in said
    assert "For Nadia Rahmani" not in words(sign_in(away).get("/staff/"))
    assert "Task of Nadia" in words(sign_in(away).get("/staff/"))


@pytest.mark.parametrize(("starts", "ends"), [(-9, -1), (1, 5)])
def test_before_and_after_it_nothing_falls_to_others(sign_in: SignIn, manager: User, starts: int, ends: int) -> None:
    away = make.manager()
    make.AbsenceFactory(user=away, deputy=manager, starts_on=day(starts), ends_on=day(ends))
    something_due(away, "Nadia")

    assert "Task of Nadia" not in words(sign_in(manager).get("/staff/"))


def test_a_deputy_reads_no_more_than_before(sign_in: SignIn, manager: User) -> None:
    away = make.manager()
    request = make.SupportRequestFactory(owner=away, confidentiality="restricted", account__manager=away)
    make.TaskFactory(account=request.account, request=request, words="Zqtask", owner=away, due_on=day(0))
    make.AbsenceFactory(user=away, deputy=manager)

    said = words(sign_in(manager).get("/staff/"))

    assert request.number not in said
    assert "Zqtask" not in said


@pytest.mark.parametrize("number", [1, 4])
def test_my_day_costs_the_same_however_many_are_away_and_however_much_stalled(
    sign_in: SignIn, manager: User, number: int
) -> None:
    for place in range(number):
        away = make.manager()
        make.AbsenceFactory(user=away, deputy=manager)
        something_due(away, f"colleague {place}")
        make.EnquiryFactory(assigned_to=None)
        something_stalled(make.SupportRequestFactory(account__manager=manager))
    client = sign_in(manager)
    client.get("/staff/")

    with CaptureQueriesContext(connection) as captured:
        client.get("/staff/")

    assert len(captured) == 28


def test_it_is_said_on_a_page_and_taken_off_again(sign_in: SignIn, manager: User) -> None:
    deputy, client = make.manager(name="Ann Deputy"), sign_in(manager)
    said = {"user": manager.pk, "starts_on": day(0), "ends_on": day(4), "deputy": deputy.pk}

    answer = words(client.post("/staff/away/", said, follow=True))
    assert "stands in the day of Ann Deputy" in answer
    client.post("/staff/away/", said)  # the same form, sent twice
    absence = Absence.objects.get()
    assert "Ann Deputy stands in" in words(client.get("/staff/"))

    again = BeautifulSoup(client.post("/staff/away/", {**said, "ends_on": day(2), "deputy": ""}).content, "html.parser")
    assert "away on some of these days already" in again.get_text()
    assert again.select_one("[name=ends_on]")["value"] == day(2).isoformat()  # type: ignore[index]

    for _ in range(2):
        assert "Everybody is here" in words(
            client.post("/staff/away/", {"do": "back", "absence": absence.pk}, follow=True)
        )


def test_nobody_says_it_of_a_colleague_but_those_who_lead(sign_in: SignIn, manager: User, lead: User) -> None:
    colleague = make.manager()
    days = {"starts_on": day(0), "ends_on": day(1)}

    with pytest.raises(PermissionDenied, match="said by themselves"):
        actions.go_away(user=colleague, by=manager, **days)
    sign_in(manager).post("/staff/away/", {"user": colleague.pk, **days})  # nothing that the form offers
    assert not Absence.objects.exists()

    absence = actions.go_away(user=colleague, by=lead, **days)
    with pytest.raises(PermissionDenied):
        actions.come_back(absence=absence, by=manager)
    assert sign_in(manager).post("/staff/away/", {"do": "back", "absence": absence.pk}).status_code == 403
    actions.come_back(absence=absence, by=colleague)
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"ends_on": -1, "starts_on": 1}, "before the first"),
        ({"starts_on": -9, "ends_on": -2}, "are over"),
        ({"deputy": "themselves"}, "a colleague"),
        ({"deputy": "comms"}, "a colleague"),
    ],
)
def test_days_and_deputies_that_make_no_sense_are_refused(manager: User, said: dict[str, Any], why: str) -> None:
    days = {name: day(said.get(name, days)) for name, days in (("starts_on", 0), ("ends_on", 3))}
    people = {"themselves": manager, "comms": UserFactory(group="Comms")}

    with pytest.raises(actions.Unfit, match=why):
        actions.go_away(user=manager, by=manager, deputy=people.get(said.get("deputy", "")), **days)


def test_the_database_holds_it_as_well(manager: User) -> None:
    for fields in ({"deputy": manager}, {"starts_on": day(8)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.AbsenceFactory(user=manager, **fields)


def test_it_is_forgotten_thirty_days_after_the_last_day(manager: User) -> None:
    make.AbsenceFactory(starts_on=day(-40), ends_on=day(-31))
    kept = make.AbsenceFactory(starts_on=day(-40), ends_on=day(-30))

    retention.forget()

    assert Absence.objects.get() == kept


# ---- what stalled ---------------------------------------------------------------------------------------------------
STALLED = {
    "Agreed, not introduced": "Introduce them",
    "Introductions that nobody answered": "choose another partner",
    "Outcomes that nobody confirmed": "Send the link again",
    "The company says otherwise": "claim it again",
}


def something_stalled(request: SupportRequest) -> None:
    make.IntroductionFactory(request=request, both_agreed=True, partner__title="Yes Partner")
    lapsed = make.SupportRequestFactory(account=request.account, owner=request.owner, need=request.need)
    make.IntroductionFactory(request=lapsed, state="lapsed", partner__title="Silent Partner")
    outcome = {"account": request.account, "request": request}
    asked = make.OutcomeFactory(**outcome, kind="contract")
    long_ago = timezone.now() - timedelta(days=20)
    make.OutcomeConfirmationFactory(outcome=asked, sent_at=long_ago, expires_at=long_ago + timedelta(days=14))
    make.OutcomeFactory(**outcome, kind="jobs", state="disputed")


@pytest.mark.parametrize("whose", ["mine", "nobody’s", "another’s", "restricted"])
def test_what_stalled_stands_in_the_day_of_whose_it_is(sign_in: SignIn, manager: User, whose: str) -> None:
    owner = {"mine": manager, "nobody’s": None}.get(whose, make.manager())
    request = make.SupportRequestFactory(
        account__name="Tarnhow",
        account__manager=owner,
        owner=owner,
        confidentiality="restricted" if whose == "restricted" else "unnamed",
    )
    something_stalled(request)

    page = BeautifulSoup(sign_in(manager).get("/staff/").content, "html.parser")

    sections = {one.h2.get_text(): one for one in page.select("main section") if one.h2}  # type: ignore[union-attr]
    shown = {name: sections[name] for name in STALLED if name in sections}
    if whose in ("another’s", "restricted"):
        assert not shown
        return
    assert list(shown) == list(STALLED)
    links = [str(section.select_one("li a")["href"]) for section in shown.values()]  # type: ignore[index]
    assert [link.partition("#")[2] for link in links] == ["introductions", "partners", "outcomes", "outcomes"]
    said = [" ".join(section.get_text(" ").split()) for section in shown.values()]
    for text, there, what in zip(
        said, STALLED.values(), ("Yes Partner", "Silent Partner", "contract", "jobs"), strict=True
    ):
        assert there in text and "Tarnhow" in text and what in text


def test_what_goes_on_again_or_is_over_stalls_no_more(sign_in: SignIn, manager: User) -> None:
    request = make.SupportRequestFactory(account__manager=manager)
    closed = make.SupportRequestFactory(account__manager=manager, state="withdrawn", closed_at=timezone.now())
    for one, state in ((request, "asked"), (request, "lapsed"), (closed, "lapsed")):
        make.IntroductionFactory(request=one, state=state)  # another one was asked; nobody is needed any more
    waits = make.OutcomeFactory(account=request.account, request=request)
    long_ago = timezone.now() - timedelta(days=20)
    make.OutcomeConfirmationFactory(outcome=waits, sent_at=long_ago, expires_at=long_ago + timedelta(days=14))
    make.OutcomeConfirmationFactory(outcome=waits)
    make.OutcomeFactory(account=request.account, request=request)  # nobody was asked yet

    assert not sign_in(manager).get("/staff/").context["stalled"]


# ---- a new request --------------------------------------------------------------------------------------------------
OURS = "team@village.example"


@pytest.mark.parametrize(
    ("owner", "deputy", "confidentiality", "told"),
    [
        ("sam", None, "restricted", "sam"),
        ("away", "ann", "open", "ann"),
        ("away", "ann", "restricted", OURS),  # who stands in reads no more than before
        ("away", None, "open", OURS),
        ("away", "away too", "open", OURS),
        ("nobody", None, "open", OURS),
        ("gone", None, "open", OURS),
    ],
)
def test_a_new_request_is_told_to_whoever_sees_to_it(
    home: HomePage, mailoutbox: list[Any], owner: str, deputy: str | None, confidentiality: str, told: str
) -> None:
    SiteSettings.objects.update_or_create(site=home.get_site(), defaults={"contact_email": OURS})
    people = {name: make.manager(email=f"{name.replace(' ', '-')}@village.example") for name in ("sam", "away", "ann")}
    people |= {"gone": UserFactory(group="Comms"), "away too": make.manager()}
    account = make.AccountFactory(name="Tarnhow", manager=people.get(owner))
    for who, stands_in in (("away", deputy), ("away too", None)):
        make.AbsenceFactory(user=people[who], deputy=people.get(stands_in or ""))

    request = opened(account, OrganisationMemberFactory(organisation=account.organisation).user, confidentiality)

    [letter] = [one for one in mailoutbox if "answer by" in one.subject]
    assert letter.to == [people[told].email if told in people else OURS]
    assert request.number in letter.subject
    for part in (str(letter.body), str(letter.alternatives[0][0])):
        assert f"/staff/requests/{request.pk}/" in part and f"{request.respond_by:%-d %B}" in part
        assert ("you stand in" in part) == (told == "ann")
        assert not [secret for secret in ("Tarnhow", "Pumps", "Two pumps") if secret in part]


def opened(account: Account, by: User, confidentiality: str = "open") -> SupportRequest:
    said: dict[str, Any] = {"need": NeedFactory(name="Pumps"), "stage": StageFactory(), "words": "Two pumps."}
    return actions.open_request(account=account, by=by, confidentiality=confidentiality, **said)


def test_who_wrote_a_request_down_themselves_hears_of_it_no_more(home: object, mailoutbox: list[Any]) -> None:
    account, colleague = make.AccountFactory(), make.manager()

    opened(account, account.manager)
    assert mailoutbox == []
    opened(account, colleague)
    assert [letter.to for letter in mailoutbox] == [[account.manager.email]]

    account.manager = None
    account.save()
    mailoutbox.clear()
    opened(account, colleague)
    assert mailoutbox == []  # the site has no address of ours; it stands in everybody’s day


# ---- a task changes hands -------------------------------------------------------------------------------------------
def test_a_task_of_a_restricted_request_goes_to_who_reads_it(manager: User) -> None:
    request = make.SupportRequestFactory(confidentiality="restricted", account__manager=manager)
    task = make.TaskFactory(account=request.account, request=request, owner=manager)
    other = make.manager()

    with pytest.raises(actions.Unfit, match="does not read the restricted request"):
        actions.give_task(task=task, to=other, by=manager)

    make.TeamMemberFactory(account=request.account, user=other)
    actions.give_task(task=task, to=other, by=manager)
    assert Task.objects.get().owner == other


def test_a_task_is_handed_over_and_the_new_owner_is_reminded(sign_in: SignIn, manager: User) -> None:
    task = make.TaskFactory(owner=manager, reminded_at=timezone.now())
    other, back = make.manager(name="Ann Other"), f"/staff/accounts/{task.account_id}/"
    client, url = sign_in(manager), f"/staff/tasks/{task.pk}/hand-over/"
    link = BeautifulSoup(client.get(back).content, "html.parser").select_one(f"a[href^='{url}']")
    page = BeautifulSoup(client.get(str(link["href"])).content, "html.parser")  # type: ignore[index]
    assert str(manager.pk) not in {option["value"] for option in page.select("[name=to] option")}

    for _ in range(2):
        response = client.post(url, {"to": other.pk, "next": page.select_one("[name=next]")["value"]})  # type: ignore[index]

    assert Task.objects.get().owner == other
    assert Task.objects.get().reminded_at is None
    assert response.status_code in (200, 302)
    assert client.post(url, {"to": manager.pk, "next": back})["Location"] == back
    assert client.post(url, {"to": other.pk, "next": "https://example.org/"})["Location"] == "/staff/"


def test_a_task_is_given_to_nobody_who_could_not_open_it(manager: User) -> None:
    task = make.TaskFactory()

    with pytest.raises(actions.Unfit, match="works with accounts"):
        actions.give_task(task=task, to=UserFactory(group="Comms"), by=manager)
    actions.finish_task(task=task, by=manager)
    with pytest.raises(actions.Unfit, match="is over"):
        actions.give_task(task=task, to=manager if task.owner != manager else make.manager(), by=manager)
