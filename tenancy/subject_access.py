"""What is held about people of companies and whoever wrote to us. What goes here goes from the history too."""

from collections.abc import Iterable

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from core.subject_access import WORK, Person, called, erasure, give, give_not, mentioned

from . import copies, history, mentions, retention, words
from .choices import ENDED_INTRODUCTIONS, Answer, RequestState
from .models import (
    Absence,
    CheckBack,
    Contact,
    Enquiry,
    Interaction,
    Introduction,
    Note,
    OutcomeConfirmation,
    SavedView,
    StateChange,
    SupportRequest,
    UpdatesSubscription,
)

REMOVED = "Words removed"
ANSWERED = ("request", "partner_name", "asked_at", "introduced_at", "state")


def _contacts(person: Person) -> list[int]:
    return list(Contact.objects.filter(copies.contacts_of(person)).values_list("pk", flat=True))


def _requests(person: Person) -> Q:
    """What they asked for, and what we wrote down for them from a letter of theirs."""
    return Q(pk__in=copies.requests_of(person))


@called
def names(person: Person) -> Iterable[str]:
    yield from Contact.objects.filter(copies.contacts_of(person)).values_list("name", flat=True)
    yield from Enquiry.objects.filter(person.owns()).values_list("name", flat=True)


mentioned(mentions.of)


def _alone_with_us(person: Person) -> Q:
    """Conversations with them and nobody else: of others the words may be about somebody else."""
    contacts = _contacts(person)
    with_others = Interaction.objects.filter(contacts__in=Contact.objects.exclude(pk__in=contacts))
    return Q(contacts__in=contacts) & ~Q(pk__in=with_others.values("pk"))


def _history(person: Person) -> Q:
    found = Q(pk__in=())
    own = {
        Contact: _contacts(person),
        Enquiry: list(Enquiry.objects.filter(person.owns()).values_list("pk", flat=True)),
        SupportRequest: list(copies.open_requests_of(person)),
    }
    for model, keys in own.items():
        found |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    return found


def _asked_partner(person: Person) -> Q:
    was_asked = Q(tenant_answer=Answer.GIVEN) | ~Q(partner_answer=Answer.WAITING)
    return Q(partner_contact__in=_contacts(person)) & was_asked


def _without_who_said_no(state: str) -> str:
    return "not introduced" if state in ENDED_INTRODUCTIONS else state


give("tenancy.Enquiry", lambda person: person.owns())
give("tenancy.UpdatesSubscription", lambda person: Q(email__in=person.addresses))
give("tenancy.Contact", copies.contacts_of)
give("tenancy.Account", copies.named_after, fields=("name", "opened_at"))
give("tenancy.ConsentEvent", lambda person: Q(contact__in=_contacts(person)))
give("tenancy.Interaction", _alone_with_us)
give("tenancy.Note", lambda person: Q(theirs=True, by__in=person.users), fields=("account", "words", "at"))
give(
    "tenancy.Task",
    lambda person: Q(shared=True) & (Q(contact__in=_contacts(person)) | Q(done_by__in=person.users)),
    fields=("account", "words", "due_on", "done_at"),
)
give("tenancy.ChecklistItem", lambda person: Q(theirs=True, done_by__in=person.users), fields=("words", "done_at"))
give("tenancy.SupportRequest", _requests)
give(
    "tenancy.Introduction",
    lambda person: Q(request__in=copies.open_requests_of(person)),
    fields=(*ANSWERED, "words"),
    said_as={"state": _without_who_said_no},
)
# Each side’s own answer is theirs. How it ended is said alike, and a partner who was never asked has no row: neither reads a
# no of the other out of it.
for _side, _which in (("tenant", lambda person: Q(tenant_contact__in=_contacts(person))), ("partner", _asked_partner)):
    give(
        "tenancy.Introduction",
        _which,
        fields=(*ANSWERED, f"{_side}_answer", f"{_side}_answered_at", f"{_side}_words"),
        said_as={"state": _without_who_said_no},
    )
give("tenancy.CheckBack", lambda person: Q(introduction__tenant_contact__in=_contacts(person)))
give("tenancy.OutcomeConfirmation", lambda person: Q(contact__in=_contacts(person)))
give(
    "tenancy.Outcome",
    lambda person: Q(confirmed_by__in=_contacts(person)),
    fields=("account", "kind", "occurred_on", "confirmed_at"),
)
give(
    "tenancy.NewsDelivery",
    lambda person: Q(subscription__email__in=person.addresses),
    fields=("letter", "at"),
)
give("tenancy.Absence", lambda person: Q(user__in=person.users), fields=("starts_on", "ends_on"))
give("tenancy.SavedView", lambda person: Q(user__in=person.users), fields=("of", "name", "query"))
give("tenancy.StateChange", lambda person: Q(by__in=person.users), fields=("model", "before", "after", "reason", "at"))
give("auditlog.LogEntry", _history, fields=("timestamp", "changes"))
give_not(
    "Notes that we wrote about a company, and who of us reads them: they may name others. Ask, and a person reads through "
    "them for what is about you.",
    "tenancy.NoteReader",
)
give_not(
    "Records about a company that name nobody.",
    *("tenancy.Tenancy", "tenancy.Plan", "tenancy.Objective", "tenancy.CollaborationParty"),
)
give_not(
    WORK,
    *("tenancy.AccountMerge", "tenancy.TeamMember"),
    *("tenancy.MatchSuggestion", "tenancy.Collaboration", "tenancy.AccessLog", "tenancy.NewsLetter"),
)


@erasure()
def forget(person: Person) -> None:
    """Requests stay with the company, as a need at a stage; what was typed by or about the person goes."""
    contacts = _contacts(person)
    theirs = copies.Copies(person)  # before the rows are gone that lead to them
    StateChange.objects.filter(by__in=person.users).exclude(reason="").delete()
    _forget_answers(contacts)
    for interaction in Interaction.objects.filter(
        pk__in=Interaction.objects.filter(_alone_with_us(person)).values("pk")
    ):
        _blank(interaction, words=REMOVED)
    for note in Note.objects.filter(theirs=True, by__in=person.users):
        _blank(note, words=REMOVED)
    for request in SupportRequest.objects.filter(_requests(person)):
        withdrawn = request.state == RequestState.WITHDRAWN
        _blank(request, words=REMOVED, reason="" if withdrawn else request.reason)
    for enquiry in Enquiry.objects.filter(person.owns()):
        retention.make_nameless(enquiry)
    for subscription in UpdatesSubscription.objects.filter(email__in=person.addresses):
        history.erase(subscription)
    for model in (SavedView, Absence):
        for own in model.objects.filter(user__in=person.users):
            history.erase(own)
    theirs.take_out()
    for contact in Contact.objects.filter(pk__in=contacts):
        retention.forget_contact(contact)
    LogEntry.objects.filter(actor_email__in=person.addresses).delete()
    words.tidy()


def _forget_answers(contacts: list[int]) -> None:
    for side in ("tenant", "partner"):
        for introduction in Introduction.objects.filter(**{f"{side}_contact__in": contacts}):
            steps = StateChange.objects.filter(model=Introduction._meta.label, object_pk=introduction.pk)
            steps.exclude(reason="").delete()
            _blank(introduction, **{f"{side}_words": ""})
    for check_back in CheckBack.objects.filter(introduction__tenant_contact__in=contacts):
        _blank(check_back, words="")
    for confirmation in OutcomeConfirmation.objects.filter(contact__in=contacts):
        _blank(confirmation, words="")


def _blank(
    record: Introduction | CheckBack | OutcomeConfirmation | Interaction | Note | SupportRequest, **fields: str
) -> None:
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()
    history.forget(type(record), record.pk)
