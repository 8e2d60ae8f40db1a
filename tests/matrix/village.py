"""One village for every question of the matrix: a company with everything it can have, another one, and people of each role."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.recurrence import moved_by
from directory import links as profile_links
from directory.actions import propose, propose_logo
from directory.choices import MemberRole
from directory.logos import Drawn
from directory.models import Claim, Invitation, ProfileQuestion, ProposedLogo
from events.actions import repeat
from events.attendance import actions as attendance
from events.attendance import links as attendance_links
from events.attendance.models import Certificate
from events.bookings import links as event_links
from events.bookings.models import PersonalCalendar
from events.choices import Frequency
from impact.queries import quarters_to_sign
from search.alerts import links as alert_links
from search.alerts.models import SavedSearch, Subscriber
from spaces import actions as spaces
from spaces import links as space_links
from spaces.queries.people import asker_of
from tenancy import links
from tenancy.actions import outcomes
from tenancy.choices import Confidentiality, Visibility
from tenancy.models import AccessLog, StateChange
from tests.factories import impact
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.attendance import attended_event
from tests.factories.bookings import OrganisationMemberFactory, book, bookable
from tests.factories.directory import (
    CohortFactory,
    DirectoryIndexPageFactory,
    OrganisationFactory,
    ProgrammeFactory,
    SupportPageFactory,
)
from tests.factories.events import DocumentFactory, EventFactory, JoiningLinkFactory
from tests.factories.home import (
    ContentPageFactory,
    EpisodeFactory,
    HomePageFactory,
    PictureFactory,
    PodcastFactory,
    StoryFactory,
)
from tests.factories.pages import publish
from tests.factories.spaces import CredentialFactory, SpaceFactory, TenantTermsFactory

# The nine columns of the matrix. There is no call to apply to or review for yet: in place of “applicant” stands the
# person of a partner, who is asked for consent, in place of “reviewer or mentor” the community team, who see no account.
VISITOR = "visitor"
REGISTERED = "somebody with an account"  # and an enquiry of their own
MEMBER = "member"
ADMIN = "tenant admin"
PARTNER = "partner's person"
COMMS = "comms"
MANAGER = "account manager"
SITE_ADMIN = "site administrator"
COMMUNITY = "community team"
NINE = (VISITOR, REGISTERED, MEMBER, ADMIN, PARTNER, COMMUNITY, COMMS, MANAGER, SITE_ADMIN)

# Those from whom each of the nine is told apart.
OTHER_MEMBER = "member of another company"
OTHER_ADMIN = "admin of another company"
EDITOR = "editor"
OTHER_MANAGER = "manager of other accounts"
LEAD = "who leads"
ROLES = (*NINE, OTHER_MEMBER, OTHER_ADMIN, EDITOR, OTHER_MANAGER, LEAD)


def token(url: str) -> str:
    """The last part of a link in a letter."""
    return urlsplit(url).path.strip("/").split("/")[-1]


@dataclass
class Village:
    """``of``: whatever a row names, read as an attribute. ``people``: who asks, by role; a visitor is nobody."""

    of: dict[str, Any] = field(default_factory=dict)
    people: dict[str, User | None] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    answers: dict[Any, Any] = field(default_factory=dict)  # what was asked already: see ``asking``
    canary: Any = None  # which words stand in whose records: see there

    def __getattr__(self, name: str) -> Any:
        try:
            return self.of[name]
        except KeyError:
            raise AttributeError(name) from None

    def client(self, role: str) -> Client:
        """As if they had just signed in: what an earlier answer did to their session is not there."""
        client = Client(raise_request_exception=False)
        if role in self.sessions:
            client.cookies["sessionid"] = self.sessions[role]
        return client


def build() -> Village:
    """Takes a second or so: once a module."""
    village = Village()
    HomePageFactory()
    _pages(village.of)
    _people(village)
    _tenancy(village.of, village.people)
    _spaces(village.of, village.people)
    _events(village.of, village.people)
    _others(village.of, village.people)
    for role, user in village.people.items():
        if user is not None:
            client = Client()
            client.force_login(user)
            village.sessions[role] = client.cookies["sessionid"].value
    return village


def _pages(of: dict[str, Any]) -> None:
    DirectoryIndexPageFactory()
    SupportPageFactory()
    ContentPageFactory(title="Ask", slug="contact", body=[("contact", {"heading": "Ask a person", "note": ""})])
    of["company"] = publish(OrganisationFactory(title="Kestrel", slug="kestrel", website="https://kestrel.example"))
    of["other_company"] = publish(OrganisationFactory(title="Avocet", slug="avocet"))
    of["partner"] = publish(OrganisationFactory(title="Marlpit", slug="marlpit"))
    of["unclaimed"] = publish(OrganisationFactory(title="Wren", slug="wren", website="https://village.example"))
    of["cohort"], of["programme"] = CohortFactory(), ProgrammeFactory()
    of["story"], of["podcast"], of["picture"] = StoryFactory(), PodcastFactory(), PictureFactory()
    of["episode"] = EpisodeFactory(parent=of["podcast"])
    of["document"] = DocumentFactory()


def _people(village: Village) -> None:
    def of(organisation: Any, role: str) -> User:
        return OrganisationMemberFactory(organisation=organisation, role=role).user  # type: ignore[no-any-return]

    company, other, partner = (village.of[name] for name in ("company", "other_company", "partner"))
    village.people = {
        VISITOR: None,
        REGISTERED: UserFactory(),
        MEMBER: of(company, MemberRole.MEMBER),
        ADMIN: of(company, MemberRole.ADMIN),
        PARTNER: of(partner, MemberRole.ADMIN),
        COMMUNITY: UserFactory(group="Community team"),
        COMMS: UserFactory(group="Comms"),
        MANAGER: make.manager(),
        SITE_ADMIN: UserFactory(is_superuser=True, is_staff=True),
        OTHER_MEMBER: of(other, MemberRole.MEMBER),
        OTHER_ADMIN: of(other, MemberRole.ADMIN),
        EDITOR: UserFactory(group="Editors"),
        OTHER_MANAGER: make.manager(),
        LEAD: make.lead(),
    }
    village.of["colleague"] = OrganisationMemberFactory(organisation=company, user__name="Colleague Ofkestrel")
    of(company, MemberRole.ADMIN)  # so that the admin of the matrix is not the last, who could not leave
    of(other, MemberRole.ADMIN)
    of(partner, MemberRole.ADMIN)


def _tenancy(of: dict[str, Any], people: dict[str, User | None]) -> None:
    account = of["account"] = make.AccountFactory(organisation=of["company"], manager=people[MANAGER])
    of["team"] = make.TeamMemberFactory(account=account)
    other = of["other_account"] = make.AccountFactory(organisation=of["other_company"], manager=people[OTHER_MANAGER])
    make.ContactFactory(account=other)
    make.SupportRequestFactory(account=other)
    of["contact"] = make.ContactFactory(account=account)
    of["consent"] = make.ConsentEventFactory(contact=of["contact"])
    of["tenancy"] = make.TenancyFactory(account=account)
    of["checklist"] = make.ChecklistItemFactory(tenancy=of["tenancy"])
    of["their_item"] = make.ChecklistItemFactory(tenancy=of["tenancy"], words="Insurance", theirs=True)
    of["plan"] = make.PlanFactory(account=account)
    of["objective"] = make.ObjectiveFactory(plan=of["plan"])
    of["interaction"] = make.InteractionFactory(account=account)
    of["note"] = make.NoteFactory(account=account)
    of["shared_note"] = make.NoteFactory(account=account, visibility=Visibility.SHARED)
    of["shared_interaction"] = make.InteractionFactory(account=account, visibility=Visibility.SHARED)
    of["restricted_note"] = make.NoteFactory(account=account, visibility=Visibility.RESTRICTED, by=people[MANAGER])
    of["note_reader"] = make.NoteReaderFactory(note=of["restricted_note"], user=people[MANAGER])
    of["task"] = make.TaskFactory(account=account)
    of["shared_task"] = make.TaskFactory(account=account, shared=True)
    asked = of["request"] = make.SupportRequestFactory(account=account, raised_by=people[MEMBER])
    of["restricted"] = make.SupportRequestFactory(account=account, confidentiality=Confidentiality.RESTRICTED)
    secret = of["restricted"]
    of["restricted_suggestion"] = make.MatchSuggestionFactory(request=secret, partner=of["unclaimed"])
    of["restricted_introduction"] = make.IntroductionFactory(request=secret, made=True)
    of["restricted_check_back"] = make.CheckBackFactory(introduction=of["restricted_introduction"])
    of["restricted_collaboration"] = make.CollaborationFactory(introduction=of["restricted_introduction"])
    of["restricted_party"] = make.CollaborationPartyFactory(collaboration=of["restricted_collaboration"])
    of["suggestion"] = make.MatchSuggestionFactory(request=asked, partner=of["unclaimed"])
    # By what the company has agreed to, its partner knows of it.
    of["introduction"] = make.IntroductionFactory(
        request=asked, partner=of["partner"], tenant_answer="given", tenant_answered_at=timezone.now()
    )
    of["asked"] = make.IntroductionFactory(request=asked)
    of["introduced"] = make.IntroductionFactory(request=asked, made=True)
    of["check_back"] = make.CheckBackFactory(introduction=of["introduced"], asked_at=timezone.now())
    of["outcome"] = make.OutcomeFactory(account=account, request=asked, recorded_by=people[MANAGER])
    of["restricted_outcome"] = make.OutcomeFactory(account=account, request=secret)
    of["restricted_confirmation"] = make.OutcomeConfirmationFactory(outcome=of["restricted_outcome"])
    of["confirmation"] = outcomes.ask_to_confirm(
        outcome=make.OutcomeFactory(account=account, request=asked), contact=of["contact"], by=people[MANAGER]
    )
    of["collaboration"] = make.CollaborationFactory(introduction=of["introduced"])
    of["party"] = make.CollaborationPartyFactory(collaboration=of["collaboration"])
    of["enquiry"] = make.EnquiryFactory(user=people[REGISTERED])
    of["subscription"] = make.UpdatesSubscriptionFactory()
    of["ended"] = make.UpdatesSubscriptionFactory(confirmed_at=timezone.now())
    of["state_change"] = StateChange.objects.create(
        account=account, model="tenancy.Account", object_pk=account.pk, before="a", after="b"
    )
    of["access"] = AccessLog.objects.create(what="read", model="tenancy.Note", by=people[OTHER_MANAGER])
    invited = {"organisation": of["company"], "expires_at": timezone.now() + timedelta(days=9)}
    of["invitation"] = Invitation.objects.create(email=people[REGISTERED].email, **invited)  # type: ignore[union-attr]
    of["links"] = links
    of["merge"] = make.AccountMergeFactory(account=account)
    of["news"] = make.NewsLetterFactory()
    of["delivery"] = make.NewsDeliveryFactory(letter__started_at=timezone.now())
    of["absence"] = make.AbsenceFactory(user=people[MANAGER], deputy=people[OTHER_MANAGER])
    of["view"] = make.SavedViewFactory(user=people[MANAGER], is_default=False)
    of["question"] = ProfileQuestion.objects.create(organisation=of["company"], email="asked@example.org")
    of["profile_links"] = profile_links
    of["change"] = propose(organisation=of["company"], values={"summary": "In other words."}, by=people[ADMIN])
    propose_logo(organisation=of["company"], logo=Drawn(b"a picture", 96, 48), by=people[ADMIN])
    of["proposed_logo"] = ProposedLogo.objects.get()
    of["claim"] = Claim.objects.create(
        organisation=of["partner"], user=people[REGISTERED], name="Ada Ofclaims", words="I lead it."
    )


def _spaces(of: dict[str, Any], people: dict[str, User | None]) -> None:
    space = of["space"] = publish(SpaceFactory(title="Aire", slug="aire"))
    of["terms"] = TenantTermsFactory(organisation=of["company"])
    noon = moved_by(timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0), 3)
    of["noon"] = noon
    whose = people[MEMBER]
    assert whose is not None
    said = {"name": whose.name, "email": whose.email}

    def request(day: int) -> spaces.Request:
        begins = moved_by(noon, day)
        return spaces.Request(**said, starts_at=begins, ends_at=begins + timedelta(hours=1))

    of["space_booking"] = spaces.book(space=space.pk, request=request(0), asker=asker_of(whose))
    at = timezone.localtime(moved_by(noon, 7))
    pattern = spaces.Pattern(first_on=at.date(), starts=at.time(), ends=at.replace(hour=13).time(), times=2)
    of["space_series"] = spaces.book_series(space=space.pk, pattern=pattern, request=request(7), asker=asker_of(whose))
    given_by_us = publish(SpaceFactory(title="Calder", slug="calder", approval=True))
    of["pending"] = spaces.book(space=given_by_us.pk, request=request(0), asker=asker_of(whose))
    admin = people[SITE_ADMIN]
    assert admin is not None
    held = spaces.Held(given_by_us.pk, moved_by(noon, 40), moved_by(noon, 41))
    [of["closure"]] = spaces.close(held=[held], words="Floor is being laid.", by=admin)
    spaces.renew_calendar(by=whose, organisation=None)
    spaces.renew_calendar(by=admin, space=space)
    of["personal_space_calendar"], of["space_calendar"] = whose.space_calendar, space.calendar
    of["credential"] = CredentialFactory(user=whose)
    of["space_links"] = space_links


def _events(of: dict[str, Any], people: dict[str, User | None]) -> None:
    whose = people[MEMBER]
    assert whose is not None
    event = of["event"] = bookable(10, event=publish(EventFactory(title="Talk", slug="talk")))
    JoiningLinkFactory(event=event)
    of["event_booking"] = book(event, whose.email)
    of["event_links"], of["attendance_links"] = event_links, attendance_links
    of["event_calendar"] = PersonalCalendar.objects.create(user=whose)
    past, people_there = attended_event(2, certificate=True)
    of["past_event"] = past
    of["attendee"], of["second_attendee"] = (one.attendee for one in people_there)
    of["survey"] = attendance.open_survey(event=past)
    of["certificate"] = Certificate.objects.create(
        event=past, attendee=of["attendee"], name=of["attendee"].name, minutes=60
    )
    repeated = publish(EventFactory(title="Every week", slug="every-week"))
    of["event_series"] = repeat(event=repeated, frequency=Frequency.WEEKLY, every=1, times=2, skips_bank_holidays=False)


def _others(of: dict[str, Any], people: dict[str, User | None]) -> None:
    now = timezone.now()
    subscriber = of["subscriber"] = Subscriber.objects.create(email="reader@example.org", wanted_at=now)
    of["saved_search"] = SavedSearch.objects.create(
        subscriber=subscriber, query_string="q=fund", frequency="weekly", asked_at=now
    )
    of["alert_links"] = alert_links
    of["entry"], of["figure"] = impact.entry(), impact.figure(target="income")
    of["quarter"] = quarters_to_sign()[-1]
