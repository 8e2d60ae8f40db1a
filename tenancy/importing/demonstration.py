"""The invented private side of the demonstration: accounts of some of its tenants, and enquiries.

An account or enquiry that is there is left as it is, so that a second run changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.relative_dates import resolve_day, resolve_moment
from directory.models import Need, OrganisationPage, Stage
from tenancy import clock
from tenancy.actions.dealings import keep_last_contact
from tenancy.checklists import STANDARD
from tenancy.choices import (
    CHECK_BACK_AFTER,
    AccountState,
    Answer,
    ChecklistKind,
    ConsentPurpose,
    EnquiryState,
    OutcomeState,
    RequestState,
    TaskState,
)
from tenancy.models import (
    Account,
    CheckBack,
    ChecklistItem,
    ConsentEvent,
    Contact,
    Enquiry,
    Interaction,
    Introduction,
    Objective,
    Outcome,
    Plan,
    StateChange,
    SupportRequest,
    Task,
    Tenancy,
)
from tenancy.queries.enquiries import organisation_like
from tenancy.routing import who_answers

Entry = Mapping[str, Any]
Done = Callable[[], None]

OFFICE_OPENS = "09:30"
STEPS = ("triaged", "matched", "introduced", "in-progress")
STEPS_TO = {
    RequestState.NEW: (),
    RequestState.TRIAGED: STEPS[:1],
    RequestState.MATCHED: STEPS[:2],
    RequestState.INTRODUCED: STEPS[:3],
    RequestState.IN_PROGRESS: STEPS,
    RequestState.CLOSED_OUTCOME: (*STEPS, "closed-outcome"),
    RequestState.CLOSED_UNMET: (*STEPS[:1], "closed-unmet"),
}


def load_accounts(entries: Iterable[Entry], people: Mapping[str, Entry], today: date, done: Done) -> int:
    """Load accounts of tenants that are in the directory; ``people`` are those of the tenants by slug. Returns how many."""
    loaded = 0
    for entry in entries:
        organisation = OrganisationPage.objects.filter(slug=entry["tenant"]).first()
        if organisation is not None and not Account.objects.filter(organisation=organisation).exists():
            with transaction.atomic():
                _Loading(entry, organisation, people, today).run()
            loaded += 1
        done()
    return loaded


def load_enquiries(entries: Iterable[Entry], today: date, done: Done) -> int:
    loaded = 0
    known: dict[str, Enquiry] = {}
    for entry in sorted(entries, key=lambda one: "duplicate_of" in one):  # what a duplicate names is there before it
        key = _key(entry["slug"])
        enquiry = Enquiry.objects.filter(key=key).first()
        if enquiry is None:
            with transaction.atomic():
                enquiry = _enquiry(entry, key, known, today)
            loaded += 1
        known[entry["slug"]] = enquiry
        done()
    return loaded


def _key(slug: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"https://village.example/{slug}")


def _person(email: str) -> User | None:
    return User.objects.filter(email=email).first()


def _moment(spec: Any, today: date, at: str = OFFICE_OPENS) -> datetime:
    """What was written without a time happened when the office was open; nothing lies in the future."""
    return min(resolve_moment({"at": at, **spec}, today), timezone.now())


class _Loading:
    """One account, written down in the order in which its records name each other."""

    def __init__(self, entry: Entry, organisation: OrganisationPage, people: Mapping[str, Entry], today: date) -> None:
        self.entry, self.organisation, self.people, self.today = entry, organisation, people, today
        self.manager = _person(entry["manager"])
        self.day = partial(resolve_day, today=today)
        self.contacts: dict[str, Contact] = {}
        self.requests: dict[str, SupportRequest] = {}

    def run(self) -> None:
        self._account()
        self._stay()
        for one in self.entry["contacts"]:
            self._contact(one)
        for number, one in enumerate(self.entry["interactions"]):
            self._interaction(one, number)
        for one in self.entry["requests"]:
            self._request(one)
        for one in self.entry["introductions"]:
            self._introduction(one)
        for one in self.entry["outcomes"]:
            self._outcome(one)
        for one in self.entry["tasks"]:
            self._task(one)
        keep_last_contact(self.account)

    def _account(self) -> None:
        self.account = Account.objects.create(
            organisation=self.organisation,
            name=self.organisation.title,
            state=AccountState.ACTIVE,
            tier=self.entry["tier"],
            manager=self.manager,
            next_review_on=self.day(self.entry["next_review"]),
            opened_at=_moment(self.entry["tenancy"]["start"], self.today),
            demonstration=True,
        )
        plan = self.entry["plan"]
        made = Plan.objects.create(
            account=self.account,
            starts_on=self.day(plan["from"]),
            ends_on=self.day(plan["to"]),
            agreed_on=self.day(plan["from"]),
        )
        for one in plan["objectives"]:
            Objective.objects.create(
                plan=made,
                words=one["words"],
                measure=one["measure"],
                target=one["target"],
                due_on=self.day(one["due"]),
                state=one["state"],
            )

    def _stay(self) -> None:
        stay = self.entry["tenancy"]
        starts_on = self.day(stay["start"])
        made = Tenancy.objects.create(
            account=self.account,
            space=stay["space"],
            starts_on=starts_on,
            ends_on=self.day(stay["end"]),
            notice_days=stay["notice_days"],
            words=stay["words"],
        )
        for order, one in enumerate(STANDARD[ChecklistKind.ARRIVING]):
            ChecklistItem.objects.create(
                tenancy=made,
                kind=ChecklistKind.ARRIVING,
                words=one.words,
                due_on=starts_on + timedelta(days=one.days),
                owner=self.manager,
                theirs=one.theirs,
                done_at=_moment(stay["start"], self.today) + timedelta(days=5 * order),
                done_by=self.manager,
                sort_order=order,
            )

    def _contact(self, one: Entry) -> None:
        slug = one.get("person") or one["slug"]
        said = self.people.get(slug, one)
        self.contacts[slug] = Contact.objects.create(
            account=self.account,
            name=said["name"],
            role=said["role"],
            email=one.get("email", f"{slug.replace('-', '.')}@village.example"),
            telephone=one.get("telephone", ""),
            prefers=one["prefers"],
            is_primary=one["main"],
            source="told us when they moved in",
            noticed_on=self.day(self.entry["tenancy"]["start"]),
            created_at=self.account.opened_at,
        )

    def _interaction(self, one: Entry, number: int) -> None:
        at = f"{9 + number % 7}:{(number * 17) % 60:02}".zfill(5)
        made = Interaction.objects.create(
            account=self.account,
            kind=one["kind"],
            at=_moment(one, self.today, at),
            words=one["words"],
            by=self.manager,
        )
        made.contacts.add(*(self.contacts[slug] for slug in one["with"]))

    def _request(self, one: Entry) -> None:
        opened_at = _moment(one["opened"], self.today)
        state = RequestState(one["state"])
        closed_at = _moment(one["closed"], self.today) if "closed" in one else None
        request = SupportRequest.objects.create(
            account=self.account,
            key=_key(one["slug"]),
            need=Need.objects.get(slug=one["need"]),
            stage=Stage.objects.get(slug=one["stage"]),
            words=one["words"],
            urgency=one["urgency"],
            confidentiality=one["confidentiality"],
            owner=self.manager,
            opened_at=opened_at,
            state=state,
            closed_at=closed_at,
            reason=one.get("reason", ""),
            respond_by=clock.request_due(timezone.localdate(opened_at), one["urgency"]),
            answered_at=None if state == RequestState.NEW else opened_at + timedelta(days=1),
        )
        self.requests[one["slug"]] = request
        self._steps(request, closed_at or timezone.now())

    def _steps(self, request: SupportRequest, until: datetime) -> None:
        steps = STEPS_TO[RequestState(request.state)]
        before = str(RequestState.NEW)
        share = (until - request.opened_at) / (len(steps) + (request.closed_at is None)) if steps else timedelta()
        for place, after in enumerate(steps, 1):
            is_last = after == request.state and request.closed_at is not None
            StateChange.objects.create(
                account=self.account,
                model=request._meta.label,
                object_pk=request.pk,
                before=before,
                after=after,
                reason=request.reason if is_last else "",
                at=until if is_last else (request.opened_at + place * share).replace(hour=11, minute=5),
                by=self.manager,
            )
            before = after

    def _introduction(self, one: Entry) -> None:
        partner = OrganisationPage.objects.filter(slug=one["partner"]).first()
        if partner is None:
            return
        introduced_at = _moment(one["introduced"], self.today) if "introduced" in one else None
        main = next(contact for contact in self.contacts.values() if contact.is_primary)
        sides: dict[str, Any] = {}
        for side, said in one["consent"].items():
            sides[f"{side}_answer"] = Answer(said["answer"])
            sides[f"{side}_answered_at"] = _moment(said, self.today) if "in_days" in said else None
            sides[f"{side}_words"] = said.get("words", "")
        made = Introduction.objects.create(
            request=self.requests[one["request"]],
            partner=partner,
            tenant_contact=main,
            state=one["state"],
            asked_at=_moment(one["asked"], self.today),
            introduced_at=introduced_at,
            by=self.manager,
            **sides,
        )
        if made.tenant_answered_at is not None:
            ConsentEvent.objects.create(
                contact=main,
                purpose=ConsentPurpose.NAMED,
                given=made.tenant_answer == Answer.GIVEN,
                wording=f"May we name you to {partner.title}?",
                channel=main.prefers,
                at=made.tenant_answered_at,
                by=self.manager,
            )
        if introduced_at is not None:
            self._check_backs(made, introduced_at)

    def _check_backs(self, introduction: Introduction, introduced_at: datetime) -> None:
        for days in CHECK_BACK_AFTER:
            due_on = timezone.localdate(introduced_at) + timedelta(days=days)
            was_asked = due_on < self.today
            CheckBack.objects.create(
                introduction=introduction,
                days=days,
                due_on=due_on,
                done_at=introduced_at + timedelta(days=days) if was_asked else None,
                by=self.manager if was_asked else None,
            )

    def _outcome(self, one: Entry) -> None:
        occurred_on = self.day(one)
        confirmed = one["state"] == OutcomeState.CONFIRMED
        value = one.get("value", {})
        Outcome.objects.create(
            account=self.account,
            request=self.requests[one["request"]],
            introduction=self.requests[one["request"]].introductions.filter(state="introduced").first(),
            kind=one["kind"],
            amount=value.get("amount"),
            unit=value.get("unit", ""),
            occurred_on=occurred_on,
            evidence=one["evidence"],
            state=one["state"],
            recorded_at=_moment(one, self.today, "16:00"),
            recorded_by=self.manager,
            confirmed_at=_moment({"in_days": one["in_days"] + 2}, self.today) if confirmed else None,
            confirmed_by=self.contacts[one["confirmed_by"]] if confirmed else None,
        )

    def _task(self, one: Entry) -> None:
        is_open = one["state"] == TaskState.OPEN
        owner = _person(one["owner"])
        due_on = self.day(one["due"])
        Task.objects.create(
            account=self.account,
            words=one["words"],
            due_on=due_on,
            owner=owner,
            state=one["state"],
            created_at=timezone.now() - timedelta(days=20),
            done_at=None if is_open else _moment(one["due"], self.today, "15:00"),
            done_by=None if is_open else owner,
        )


def _enquiry(entry: Entry, key: UUID, known: Mapping[str, Enquiry], today: date) -> Enquiry:
    received_at = _moment(entry["received"], today)
    state = EnquiryState(entry["state"])
    enquiry = Enquiry(
        key=key,
        kind=entry["kind"],
        name=entry["name"],
        email=entry["email"],
        organisation_name=entry["organisation"],
        message=entry["message"],
        received_at=received_at,
        reply_by=clock.enquiry_due(timezone.localdate(received_at)),
        state=state,
        reason=entry.get("reason", ""),
        answered_at=received_at + timedelta(days=1) if state == EnquiryState.ANSWERED else None,
        duplicate_of=known.get(entry.get("duplicate_of", "")),
        demonstration=True,
    )
    enquiry.matched_organisation = organisation_like(enquiry)
    enquiry.assigned_to = who_answers(enquiry)
    if state == EnquiryState.CONVERTED:
        enquiry.account = _prospect(enquiry)
    enquiry.save()
    return enquiry


def _prospect(enquiry: Enquiry) -> Account:
    account = Account.objects.create(
        name=enquiry.organisation_name,
        manager=enquiry.assigned_to,
        opened_at=enquiry.received_at + timedelta(days=1),
        demonstration=True,
    )
    Contact.objects.create(
        account=account,
        name=enquiry.name,
        email=enquiry.email,
        is_primary=True,
        source=f"wrote to us, enquiry {enquiry.reference}",
        noticed_on=timezone.localdate(enquiry.received_at),
        created_at=account.opened_at,
    )
    return account
