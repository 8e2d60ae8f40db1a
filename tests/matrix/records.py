"""Every private table: who reads its records, and whose forms change them. Of the tenancy, as ``visible_to`` says."""

from dataclasses import dataclass
from typing import Any

from .rows import CLOSE, COMPANY, DESK, DOOR, MEMBERS, NOBODY, SIGNED_IN, STAFF, TERMS
from .village import ADMIN, COMMS, LEAD, MANAGER, MEMBER, OTHER_MANAGER, PARTNER, REGISTERED, Village


@dataclass(frozen=True, repr=False)
class Record:
    """``of``: its name in the village. ``changes``: through any form of ours but those that everybody has, or a link opens."""

    label: str
    reads: frozenset[str]
    changes: frozenset[str] = NOBODY
    of: str = ""
    permission: str = ""  # by which it is read besides by whose it is
    shown_at: tuple[str, ...] = ()  # rows where whose it is find it; none: no page of ours shows it to them
    mark: str = ""  # of the record, as those pages write it: a path of attributes

    def __str__(self) -> str:
        return f"{self.label} {self.of}".strip()

    def found_by(self, village: Village) -> Any:
        return village.of[self.of]


def private(label: str, of: str, reads: frozenset[str], changes: frozenset[str] = NOBODY) -> Record:
    return Record(f"tenancy.{label}", reads, changes, of)


READ_BY_COMPANY = COMPANY | STAFF
TENANCY = [
    private("Account", "account", READ_BY_COMPANY, STAFF),
    private("TeamMember", "team", STAFF, STAFF),
    private("Contact", "contact", STAFF | {ADMIN}, STAFF | {ADMIN}),
    private("ConsentEvent", "consent", STAFF, STAFF),
    private("Tenancy", "tenancy", READ_BY_COMPANY, STAFF),
    private("ChecklistItem", "checklist", STAFF, STAFF | COMPANY),
    private("ChecklistItem", "their_item", READ_BY_COMPANY, STAFF | COMPANY),
    private("Plan", "plan", READ_BY_COMPANY, STAFF),
    private("Objective", "objective", READ_BY_COMPANY, STAFF),
    private("Interaction", "interaction", STAFF, STAFF),
    private("Interaction", "shared_interaction", READ_BY_COMPANY, STAFF),
    private("Note", "note", STAFF, STAFF | {ADMIN}),
    private("Note", "shared_note", READ_BY_COMPANY, STAFF | {ADMIN}),
    private("Note", "restricted_note", frozenset({MANAGER}), STAFF | {ADMIN}),
    private("NoteReader", "note_reader", frozenset({MANAGER}), frozenset({MANAGER})),
    private("Task", "task", STAFF, STAFF | COMPANY),
    private("Task", "shared_task", READ_BY_COMPANY, STAFF | COMPANY),
    private("SupportRequest", "request", READ_BY_COMPANY, MEMBERS - {PARTNER} | STAFF),
    private("SupportRequest", "restricted", CLOSE | {ADMIN}, MEMBERS - {PARTNER} | STAFF),
    private("MatchSuggestion", "suggestion", STAFF, STAFF),
    private("MatchSuggestion", "restricted_suggestion", CLOSE, STAFF),
    private("Introduction", "asked", READ_BY_COMPANY, COMPANY | STAFF | {PARTNER}),
    private("Introduction", "introduction", READ_BY_COMPANY | {PARTNER}, COMPANY | STAFF | {PARTNER}),
    private("Introduction", "restricted_introduction", CLOSE | {ADMIN}, COMPANY | STAFF | {PARTNER}),
    private("CheckBack", "check_back", STAFF, STAFF),
    private("CheckBack", "restricted_check_back", CLOSE, STAFF),
    private("Outcome", "outcome", READ_BY_COMPANY, STAFF),
    private("Outcome", "restricted_outcome", CLOSE | {ADMIN}, STAFF),
    private("OutcomeConfirmation", "confirmation", STAFF),
    private("OutcomeConfirmation", "restricted_confirmation", CLOSE),
    private("Collaboration", "collaboration", STAFF, STAFF),
    private("Collaboration", "restricted_collaboration", CLOSE, STAFF),
    private("CollaborationParty", "party", STAFF, STAFF),
    private("CollaborationParty", "restricted_party", CLOSE, STAFF),
    private("Enquiry", "enquiry", STAFF | {REGISTERED}, STAFF),
    private("UpdatesSubscription", "subscription", STAFF),
    private("StateChange", "state_change", STAFF, COMPANY | STAFF | {PARTNER}),  # written by each step
    private("AccountMerge", "merge", STAFF),
    private("NewsLetter", "news", STAFF | {COMMS}, frozenset({COMMS})),
    private("NewsDelivery", "delivery", STAFF),
    private("Absence", "absence", STAFF, frozenset({MANAGER, LEAD})),
    private("SavedView", "view", frozenset({MANAGER}), STAFF),
    private("AccessLog", "access", frozenset({OTHER_MANAGER, LEAD})),
]

# Who manages bookings reads them in the CMS, at the desk and at the door.
EVENTS = [
    Record(
        "events.Booking",
        DOOR | {MEMBER},
        of="event_booking",
        permission="events.manage_bookings",
        shown_at=("my/bookings/",),
        mark="event.title",
    ),
    *(
        Record(f"events.{name}", DOOR, permission="events.manage_bookings")
        for name in ("Attendee", "Answer", "BookingLogEntry", "BookingLetter", "FeedbackSurvey", "SpentToken")
    ),
    *(
        Record(f"events.{name}", DOOR, DOOR, permission="events.manage_bookings")
        for name in ("WalkIn", "DoorRecord", "Presence", "Certificate")
    ),
    Record("events.AccessNeed", DOOR, permission="events.see_accessneed"),
    Record("events.PersonalCalendar", NOBODY, SIGNED_IN),  # each their own; it holds an address and nothing else
]
SPACES = [
    Record(
        "spaces.Booking",
        DESK | COMPANY,
        DESK | COMPANY,
        of="space_booking",
        permission="spaces.manage_bookings",
        shown_at=("my/spaces/<slug:reference>/", "my/tenant/<slug:slug>/", "staff/spaces/bookings/<int:key>/"),
        mark="reference",
    ),
    Record("spaces.BookingLogEntry", DESK, DESK | COMPANY, permission="spaces.manage_bookings"),
    Record("spaces.BookingLetter", DESK, DESK | COMPANY, permission="spaces.manage_bookings"),
    Record("spaces.Visitor", DESK, permission="spaces.manage_bookings"),
    Record("spaces.Series", DESK, permission="spaces.manage_bookings"),
    Record("spaces.SpaceCalendar", NOBODY, SIGNED_IN),  # as above
    Record("spaces.Credential", DESK, DESK, permission="spaces.give_credential"),
    Record("spaces.AllowanceEntry", TERMS, permission="spaces.top_up_allowance"),
]
OTHERS = [
    Record(
        "directory.OrganisationMember",
        COMPANY,
        COMPANY | {REGISTERED},  # whoever accepts an invitation
        of="colleague",
        shown_at=("my/people/<slug:slug>/", "my/tenant/<slug:slug>/members/"),
        mark="user.name",
    ),
    Record(
        "directory.Invitation",
        frozenset({ADMIN}),
        frozenset({ADMIN, REGISTERED}),
        of="invitation",
        shown_at=("my/people/<slug:slug>/",),
        mark="email",
    ),
    Record(
        "directory.ProfileChange",
        COMPANY,
        frozenset({ADMIN}),
        of="change",
        shown_at=("my/profile/<slug:slug>/",),
        mark="after.summary",
    ),
    Record("directory.ProfileQuestion", NOBODY),  # opened by the link of a letter
    Record("directory.Claim", NOBODY, SIGNED_IN),  # each their own; who decides sees it in the CMS
    Record("search.Subscriber", NOBODY),
    Record("search.SavedSearch", NOBODY),
    Record("impact.KpiEntry", STAFF, STAFF, of="entry", shown_at=("staff/impact/<slug:slug>/ counted",), mark="words"),
    Record("impact.ManualFigure", STAFF, STAFF),
    Record("impact.KpiSnapshot", STAFF, frozenset({LEAD})),
    Record("impact.CountingSalt", NOBODY),
    Record("accounts.User", NOBODY, SIGNED_IN),  # each their own
]
RECORDS = [*TENANCY, *EVENTS, *SPACES, *OTHERS]

# People who are named in public with their consent, and words that nobody can be known from: their own tests hold those.
PUBLISHED = {
    *("core.SiteSettings", "core.VillageImage", "directory.OrganisationPage", "directory.OrganisationPerson"),
    *("directory.CohortMentor", "events.Speaker", "search.DailyQuery"),
}
