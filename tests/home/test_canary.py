"""Canaries: marked words in everything that is not public, looked for in every answer that programs get."""

import json
import re
from collections.abc import Iterator
from datetime import time, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from core.recurrence import at_time
from directory.choices import MembershipStatus
from directory.models import CohortPage, Offer, OrganisationPage, ProgrammePage
from directory.queries.bookers import Booker
from directory.queries.open_referral import Entity, identity
from events.attendance.models import Certificate, WalkIn
from events.bookings.choices import NeedKind
from events.choices import PlaceKind
from events.models import EventPage, EventSeries, Occurrence
from search.alerts import actions
from search.alerts.choices import Frequency
from search.alerts.models import SavedSearch
from search.indexing import rebuild
from search.models import IndexedDocument
from search.openapi import document
from search.query import Query
from search.receivers import paused
from spaces import actions as spaces
from spaces import links
from spaces.choices import Confidentiality, EntryKind
from spaces.models import AllowanceAccount, AllowanceEntry, Booking
from spaces.rules import Asker
from tests.factories.bookings import QuestionFactory, book, bookable
from tests.factories.directory import (
    CohortFactory,
    CohortMembershipFactory,
    CohortOutcomeFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    OrganisationIdentifierFactory,
    OrganisationNameFactory,
    OrganisationPersonFactory,
    OrganisationRelationFactory,
    ProgrammeFactory,
    SeekFactory,
    StageFactory,
)
from tests.factories.events import (
    EventFactory,
    EventHostFactory,
    EventSessionFactory,
    EventSpeakerFactory,
    JoiningLinkFactory,
    SpeakerFactory,
)
from tests.factories.home import ContentPageFactory, EpisodeFactory, PodcastFactory, StoryFactory
from tests.factories.pages import restrict
from tests.factories.spaces import AllowanceFactory, SpaceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("each_engine")]

MARK = re.compile(r"zq[a-z]+", re.IGNORECASE)
WORDS = (
    *("zqdrafttitle", "zqdraftsummary", "zqdraftoffer", "zqdraftname", "zqdraftperson"),
    *("zqlockedtitle", "zqlockedsummary", "zqlockedoffer", "zqlockedname", "zqlockedperson"),
    *("zqexpiredoffer", "zqexpiredseek", "zqrevision", "zqchecker", "zqlockedoutcome"),
    *("zqdraftprogramme", "zqlockedcohort", "zqdraftcohort", "zqdraftstory", "zqlockedstory", "zqdraftepisode"),
    *("zqlockedepisode", "zqlockedseries", "zqlockedpage"),
    *("zqdraftevent", "zqlockedevent", "zqeventrevision", "zqjoininglink", "zqjoiningwords"),
    *("zqpool", "zqbooker", "zqfirm", "zqcompanion", "zqneed", "zqdiet", "zqanswer", "zqwalkin", "zqcertified"),
    *("zqoccupant", "zqpurpose", "zqvisitor", "zqvisiting", "zqramp", "zqreason", "zqtopup"),
)


def hidden(kind: str) -> OrganisationPage:
    """An organisation whose every field is marked."""
    return OrganisationFactory(
        title=f"zq{kind}title",
        slug=f"zq{kind}title",
        abbreviation="ZQ",
        summary=f"zq{kind}summary",
        description=f"<p>zq{kind}summary</p>",
        website=f"https://zq{kind}title.example/",
        live=kind != "draft",
        names=[OrganisationNameFactory.build(name=f"zq{kind}name")],
        people=[OrganisationPersonFactory.build(name=f"zq{kind}person")],
        identifiers=[OrganisationIdentifierFactory.build()],
        offers=[OfferFactory.build(need=NeedFactory(), stages=[StageFactory()], words=f"zq{kind}offer")],
    )


def events(shown: OrganisationPage, draft: OrganisationPage, locked: OrganisationPage, cohort: CohortPage) -> None:
    """A public event online, in a series with two that nobody may see, and how to join each."""
    ada = SpeakerFactory(name="Ada", organisation=locked)
    event = EventFactory(
        title="Event",
        slug="event",
        place_kind=PlaceKind.HYBRID,
        cohort=cohort,
        hosts=[EventHostFactory.build(organisation=one) for one in (shown, draft, locked)],
        speakers=[EventSpeakerFactory.build(organisation=locked), EventSpeakerFactory.build(person=ada)],
        sessions=[EventSessionFactory.build(speakers=[ada])],
    )
    hidden = [
        EventFactory(title=f"zq{kind}event", slug=f"zq{kind}event", live=kind != "draft", cohort=cohort)
        for kind in ("draft", "locked")
    ]
    restrict(hidden[1])
    series = EventSeries.objects.create(title="Event", slug="event", first_on=event.first_day, times=3)
    for number, one in enumerate([event, *hidden]):
        JoiningLinkFactory(event=one, address="https://zqjoininglink.example/zqjoininglink", words="zqjoiningwords")
        on = event.first_day + timedelta(days=number)
        Occurrence.objects.create(series=series, event=one, on=on, written={"title": "zqeventrevision"})
    who_comes(event)
    event = EventPage.objects.get(pk=event.pk)
    event.title = event.notice = "zqeventrevision"
    event.save_revision()  # edited, not published


def who_comes(event: EventPage) -> None:
    """People with a place, on the waiting list and at the door, everything about them marked."""
    bookable({"name": "zqpool", "capacity": 2}, event=event)
    question = QuestionFactory(event=event)
    said = {
        "name": "zqbooker",
        "organisation_name": "zqfirm",
        "companions": ("zqcompanion",),
        "needs": {NeedKind.ACCESS: "zqneed", NeedKind.DIET: "zqdiet"},
        "answers": {question.pk: "zqanswer"},
        "tells_hosts": True,
    }
    booking = book(event, "zqbooker@example.org", size=2, **said)
    book(event, "zqbooker-waits@example.org", size=2, waits=True, **said)
    WalkIn.objects.create(event=event, name="zqwalkin", email="zqwalkin@example.org", organisation_name="zqwalkin")
    Certificate.objects.create(event=event, attendee=booking.attendees.all()[0], name="zqcertified", minutes=30)


def who_has_spaces(organisation: OrganisationPage) -> None:
    """A public space that people have, wait for and gave back, everything about them marked, two a day."""
    space = SpaceFactory(title="Space", slug="space")
    asker = Asker(Booker(organisation=organisation))
    guest = spaces.Guest(
        name="zqvisitor", email="zqvisitor@example.org", organisation_name="zqvisiting", needs="zqramp"
    )
    for days, level in enumerate((Confidentiality.ORGANISATION, Confidentiality.BUSY), start=1):
        begins = at_time(timezone.localdate() + timedelta(days=days), time(10))
        for kept in (False, True, True):  # the last one waits
            request = spaces.Request(
                name="zqoccupant",
                email="zqoccupant@example.org",
                starts_at=begins,
                ends_at=begins + timedelta(hours=1),
                words="zqpurpose",
                confidentiality=level,
                guests=(guest,),
            )
            booking = spaces.book(space=space.pk, request=request, asker=asker, waits=True)
            if not kept:
                spaces.cancel(booking=booking.pk, words="zqreason")
    month = timezone.localdate().replace(day=1)
    account = AllowanceAccount.objects.create(organisation=organisation, allowance=AllowanceFactory(), month=month)
    AllowanceEntry.objects.create(account=account, kind=EntryKind.TOPPED_UP, amount=1, words="zqtopup")


@pytest.fixture
def village(home: object, client: Client) -> SimpleNamespace:
    """What is public, related in every way to what is not."""
    yesterday = timezone.localdate() - timedelta(days=1)
    draft, locked = hidden("draft"), hidden("locked")
    restrict(locked)
    checker = get_user_model().objects.create_user("zqchecker@village.example")
    need = NeedFactory()
    shown = OrganisationFactory(
        title="Shown",
        slug="shown",
        checked_by=checker,
        parent_organisation=locked,
        offers=[OfferFactory.build(need=need, stages=[StageFactory()], words="zqexpiredoffer", expires_on=yesterday)],
        seeks=[SeekFactory.build(need=need, stages=[StageFactory()], words="zqexpiredseek", expires_on=yesterday)],
        relations=[OrganisationRelationFactory.build(to=other) for other in (draft, locked)],
    )
    other = OrganisationFactory(title="Other", slug="other", parent_organisation=draft)
    for page in (draft, locked):
        OrganisationRelationFactory(organisation=page, to=shown)
    other.title = other.summary = "zqrevision"
    other.save_revision()  # edited, not published

    programme = ProgrammeFactory(title="Programme", slug="programme", run_by=locked, organisation=draft)
    hidden_programme = ProgrammeFactory(
        title="zqdraftprogramme", slug="zqdraftprogramme", live=False, run_by=shown, organisation=shown
    )
    cohort = CohortFactory(title="Cohort", slug="cohort", programme=hidden_programme)
    withdrawn = OrganisationFactory(title="Withdrawn zqwithdrawnmember", slug="withdrawn")
    for company in (shown, draft, locked):
        CohortMembershipFactory(cohort=cohort, organisation=company)
    CohortMembershipFactory(cohort=cohort, organisation=withdrawn, status=MembershipStatus.WITHDRAWN)
    CohortOutcomeFactory(cohort=cohort, organisation=locked, words="zqlockedoutcome")
    for kind in ("draft", "locked"):
        page = CohortFactory(title=f"zq{kind}cohort", slug=f"zq{kind}cohort", programme=programme, live=kind != "draft")
        CohortMembershipFactory(cohort=page, organisation=shown)
        if kind == "locked":
            restrict(page)

    StoryFactory(title="Story", slug="story", organisations=[shown, draft, locked])
    StoryFactory(title="zqdraftstory", slug="zqdraftstory", live=False, organisations=[shown])
    restrict(StoryFactory(title="zqlockedstory", slug="zqlockedstory", organisations=[shown]))
    series = PodcastFactory(title="Series", slug="series")
    EpisodeFactory(title="Episode", slug="episode", parent=series, organisations=[shown, draft, locked])
    EpisodeFactory(title="zqdraftepisode", slug="zqdraftepisode", parent=series, live=False, organisations=[shown])
    locked_series = PodcastFactory(title="zqlockedseries", slug="zqlockedseries")
    EpisodeFactory(title="zqlockedepisode", slug="zqlockedepisode", parent=locked_series, organisations=[shown])
    restrict(locked_series)
    restrict(ContentPageFactory(title="zqlockedpage", slug="zqlockedpage"))
    events(shown, draft, locked, cohort)
    who_has_spaces(shown)
    rebuild()
    return SimpleNamespace(client=client)


SLUGS = {
    "organisations": ("shown", "other", "withdrawn"),
    "cohorts": ("cohort",),
    "programmes": ("programme",),
    "stories": ("story", "series/episode"),
    "events": ("event",),
}
NOT_FOR_ANYBODY = (
    *("organisations/zqdrafttitle", "organisations/zqlockedtitle", "programmes/zqdraftprogramme"),
    *("cohorts/zqdraftcohort", "cohorts/zqlockedcohort", "stories/zqdraftstory", "stories/zqlockedstory"),
    *("stories/series/zqdraftepisode", "stories/zqlockedseries/zqlockedepisode"),
    *("events/zqdraftevent", "events/zqlockedevent"),
)


def surfaces() -> Iterator[str]:
    """Every address that answers programs, and the pages beside them."""
    for path in document()["paths"]:
        if "{" not in path:
            yield path
    for part, slugs in SLUGS.items():
        yield from (f"/api/v1/{part}/{slug}/" for slug in slugs)
    for page in ("/directory/", "/search/", "/stories/", "/events/"):
        yield page
        yield from (f"{page}?as={form}" for form in ("csv", "json", "atom"))
    for letter in ("z", "s", "zq"):
        yield f"/api/v1/suggest?q={letter}"
        yield f"/opensearch/suggest?q={letter}"
    for asked in ("", "?type=organisation", "?type=story&type=episode", "?q=shown", "?q=zq"):
        yield f"/embed/search/{asked}"
        yield f"/search/alerts/new/{asked}"
    yield from ("/stories/feed/", "/stories/series/feed/", "/sitemap.xml", "/opensearch.xml", "/robots.txt")
    yield from ("/directory/shown/", "/directory/other/", "/cohorts/cohort/", "/cohorts/programme/", "/cohorts/")
    yield "/directory/shortlist/?o=shown&o=other&o=draft&o=restricted"
    yield from ("/", "/stories/story/", "/stories/series/", "/stories/series/episode/", "/support/")
    yield from ("/events/event/", "/events/event/event.ics", "/events/calendar.ics", "/events/series/event.ics")
    yield from ("/events/?as=ics", "/events/?when=past", "/events/?view=calendar", "/events/?q=zq")
    yield from ("/events/event/book/", "/events/event/book/sent/")
    yield from ("/spaces/", "/spaces/space/", "/spaces/space/book/", "/spaces/plan/", "/impact/")
    yield from ("/spaces/availability/", "/spaces/availability/?view=week", "/api/v1/spaces/space/availability/")


def test_no_answer_holds_a_marked_word(village: SimpleNamespace) -> None:
    seen = {}
    public = {"zqwithdrawnmember"}  # a public company: its place in the cohort is what nobody sees
    for url in surfaces():
        response = village.client.get(url)
        assert response.status_code == (404 if url == "/support/" else 200), url
        words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())  # may spell anything
        words = re.sub(r'(value|q)=\\?"zq"|q=zq\b', "", words).lower()
        if marked := set(MARK.findall(words)) - public - {"zq"}:
            seen[url] = sorted(marked)
    assert seen == {}


@pytest.mark.parametrize("does_the_index_lag", [False, True])
def test_no_letter_holds_a_marked_word(
    village: SimpleNamespace, mailoutbox: list[EmailMultiAlternatives], does_the_index_lag: bool
) -> None:
    """Whoever asked to be told of everything, before there was anything; though the index still held what is hidden now."""
    mailoutbox.clear()  # of those who booked, to themselves
    everything = village.client.get("/search/?as=json").json()["count"]
    if does_the_index_lag:
        Page.objects.filter(slug__startswith="zqdraft").update(live=True)
        locked = list(PageViewRestriction.objects.values_list("page", flat=True))
        PageViewRestriction.objects.all().delete()
        rebuild()
        assert IndexedDocument.objects.filter(title__startswith="zq").count() > 5
        with paused():
            Page.objects.filter(slug__startswith="zqdraft").update(live=False)
            for pk in locked:
                restrict(Page.objects.get(pk=pk))
    for query in (Query(), Query(filters={"type": frozenset({"organisation"})})):
        saved = actions.ask(email="ada@example.org", query=query, frequency=Frequency.DAILY)
        assert saved
        actions.confirm(saved=saved)
        SavedSearch.objects.filter(pk=saved.pk).update(told={}, looked_at=timezone.now() - timedelta(days=8))
    call_command("tick")
    [letter] = mailoutbox
    text = f"{letter.subject} {letter.message().as_string()} {letter.body} {letter.alternatives[0].content}"
    text = re.sub(r"/search/alerts/\S+", "", text).lower()  # what is signed may spell anything
    assert "shown" in text and "story" in text and "episode" in text, "nothing was told"
    assert set(MARK.findall(text)) - {"zqwithdrawnmember"} == set()
    assert f"and {everything - 1} more: new for your search" in text, "what is hidden is counted"


def test_the_calendar_of_a_space_holds_no_marked_word(village: SimpleNamespace) -> None:
    """Whoever stands at the door reads it, and it is given away by its address."""
    space = Booking.objects.filter(status="confirmed").first().space  # type: ignore[union-attr]
    calendar = spaces.renew_calendar(by=get_user_model().objects.create_superuser("desk@village.example"), space=space)
    response = village.client.get(links.feed_url(calendar))
    assert response.status_code == 200
    content = response.content.decode().replace("\r\n ", "")
    assert "SUMMARY:Shown" in content and "SUMMARY:Booked" in content
    assert not MARK.search(re.sub(r"token=\S+", "", content))  # what is signed may spell anything


def test_the_cohort_does_not_name_who_withdrew(village: SimpleNamespace) -> None:
    assert "zqwithdrawnmember" not in village.client.get("/api/v1/cohorts/cohort/").content.decode()
    found = village.client.get("/api/v1/search", {"q": "zqwithdrawnmember"}).json()
    assert [hit["title"] for hit in found["results"]] == ["Withdrawn zqwithdrawnmember"]


def test_nothing_is_found_by_a_marked_word(village: SimpleNamespace) -> None:
    """Not shown is not enough: who finds a page by a word knows that the word belongs to it, and spelling tells too."""
    told = set()
    for word in WORDS:
        for asked in (word, f"{word[:-1]}x"):
            found = village.client.get("/api/v1/search", {"q": asked}).json()
            if found["count"] or found["did_you_mean"]:
                told.add((word, found["did_you_mean"]))
        if village.client.get("/api/v1/suggest", {"q": word}).json() != {"suggestions": []}:
            told.add((word, "suggested"))
        for part in ("services", "service_at_locations"):
            if village.client.get(f"/api/v1/open-referral/{part}", {"search": word}).json()["total_items"]:
                told.add((word, part))
    assert told == set()
    assert village.client.get("/api/v1/search", {"q": "shown"}).json()["count"], "nothing is found by any word"


def test_what_is_not_public_has_no_address(village: SimpleNamespace) -> None:
    for path in NOT_FOR_ANYBODY:
        response = village.client.get(f"/api/v1/{path}/")
        assert response.status_code == 404
        assert not MARK.search(response.content.decode())


def test_services_are_those_of_what_is_public(village: SimpleNamespace) -> None:
    """Their ids carry the number of the record, so anybody can make one up."""
    OfferFactory(organisation=OrganisationPage.objects.get(slug="shown"), need=NeedFactory(), stages=[StageFactory()])
    records = [(Entity.OFFER, offer.pk, offer.organisation.slug) for offer in Offer.objects.all()]
    records += [(Entity.PROGRAMME, page.pk, page.slug) for page in ProgrammePage.objects.all()]
    records += [(Entity.COHORT, page.pk, page.slug) for page in CohortPage.objects.all()]
    found = []
    for entity, number, slug in records:
        response = village.client.get(f"/api/v1/open-referral/services/{identity(entity, number)}")
        assert not MARK.search(response.content.decode())
        if response.status_code == 200:
            found.append(slug)
    assert found == ["shown", "programme", "cohort"]
    assert len(records) == 9


def test_facets_count_what_is_public(village: SimpleNamespace) -> None:
    facets = village.client.get("/api/v1/search").json()["facets"]
    counts = {value["value"]: value["count"] for value in facets["type"]}
    assert counts == {
        "organisation": 3,
        "programme": 1,
        "cohort": 1,
        "page": 0,
        "story": 1,
        "episode": 1,
        "podcast": 1,
        "event": 1,
        "space": 1,
    }


def test_nobody_sees_more_for_being_signed_in(village: SimpleNamespace) -> None:
    """The API does not look at who asks."""
    before = {url: village.client.get(url).content for url in surfaces() if url.startswith("/api/")}
    village.client.force_login(get_user_model().objects.create_superuser("admin@village.example"))
    for url, content in before.items():
        if "search" not in url and "/api/v1/suggest" not in url:
            assert village.client.get(url).content == content
    assert village.client.get("/api/v1/organisations/zqlockedtitle/").status_code == 404


def test_what_is_taken_back_is_gone_at_once(
    village: SimpleNamespace, django_capture_on_commit_callbacks: object
) -> None:
    page = OrganisationPage.objects.get(slug="shown")
    assert village.client.get("/api/v1/organisations/shown/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        page.unpublish()
    assert village.client.get("/api/v1/organisations/shown/").status_code == 404
    rows = json.loads(village.client.get("/directory/?as=json").content)["results"]
    assert "Shown" not in {row["title"] for row in rows}


def test_a_name_goes_with_the_page(village: SimpleNamespace, django_capture_on_commit_callbacks: object) -> None:
    """Restricting a page takes its name from the documents of all who name it."""
    page = OrganisationPage.objects.get(slug="shown")
    assert village.client.get("/api/v1/search", {"q": "shown", "type": "episode"}).json()["count"] == 1
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        restrict(page)
    assert village.client.get("/api/v1/search", {"q": "shown"}).json()["count"] == 0
