"""How long each private table is kept, and what forgets it: one rule a table, which a test holds against the models.

docs/privacy.md says the same to people. What is taken out here is taken out of the history too.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from . import history, words
from .choices import AccountState, EnquiryState, TaskState
from .models import (
    Absence,
    AccessLog,
    Account,
    AccountMerge,
    CheckBack,
    ChecklistItem,
    Collaboration,
    ConsentEvent,
    Contact,
    Enquiry,
    Interaction,
    Introduction,
    MatchSuggestion,
    NewsDelivery,
    NewsLetter,
    Note,
    NoteReader,
    Objective,
    Outcome,
    OutcomeConfirmation,
    Plan,
    StateChange,
    SupportRequest,
    Task,
    TeamMember,
    Tenancy,
    UpdatesSubscription,
)

YEAR = timedelta(days=365)
ENQUIRIES_KEPT_FOR = YEAR
UNCONFIRMED_KEPT_FOR = timedelta(days=7)
CONTACTS_KEPT_FOR = 2 * YEAR
ACCOUNTS_KEPT_FOR = 6 * YEAR
PROSPECTS_KEPT_FOR = 2 * YEAR
ACCESS_KEPT_FOR = 6 * YEAR
CONFIRMATIONS_KEPT_FOR = YEAR
NEWS_KEPT_FOR = 2 * YEAR
DRAFTS_KEPT_FOR = YEAR
DELIVERIES_KEPT_FOR = timedelta(days=30)
ABSENCES_KEPT_FOR = timedelta(days=30)
MERGES_UNDONE_FOR = timedelta(days=30)

NOBODY = "Name removed"
NO_ADDRESS = "erased.invalid"  # RFC 2606: no letter can ever go there


log = logging.getLogger(__name__)


class NotForgotten(Exception):
    """Rules failed; the log says how. All others were done."""


@dataclass(frozen=True)
class Rule:
    """Either ``forget`` does it when the time is over, or the record goes together with that of another table."""

    words: str
    forget: Callable[[datetime], None] | None = None
    goes_with: type[Model] | None = None


def forget() -> None:
    """Do what is due now. Safe to run twice at once.

    A rule that fails does not keep the others. Raises NotForgotten at the end, so that the tick reports it and tries again.
    """
    now, failed = timezone.now(), list[tuple[str, Exception]]()
    for name, rule in RULES.items():
        if rule.forget is None:
            continue
        try:
            rule.forget(now)
        except Exception as error:
            log.exception("The rule of %s failed.", name)
            failed.append((name, error))
    words.tidy()
    if failed:
        names = ", ".join(name for name, _ in failed)
        raise NotForgotten(f"What is due was not forgotten of {names}.") from failed[0][1]


# ---- what each rule does --------------------------------------------------------------------------------------------
@transaction.atomic
def make_nameless(enquiry: Enquiry) -> None:
    """What is left of an enquiry says what kind it was, and how soon it was answered. For good."""
    enquiry.name, enquiry.email, enquiry.message = NOBODY, f"{enquiry.pk}@{NO_ADDRESS}", ""
    enquiry.organisation_name, enquiry.reason, enquiry.asked_at, enquiry.user = "", "", "", None
    enquiry.purged_at = timezone.now()
    enquiry.save()
    history.forget(Enquiry, enquiry.pk)
    _forget_reasons(enquiry)


@transaction.atomic
def forget_contact(contact: Contact) -> None:
    """Delete somebody with their consents; interactions with the account stay, without them.

    Of a merge there may be a second entry, which waits for it to be taken back: that goes too.
    """
    if contact.email:
        for other in Contact.objects.filter(email=contact.email, account__state=AccountState.MERGED):
            if _end_of_the_way(other.account) == contact.account:
                history.erase(other)
    history.erase(contact)


def _end_of_the_way(account: Account) -> Account:
    return _end_of_the_way(account.merged_into) if account.merged_into else account


@transaction.atomic
def forget_account(account: Account) -> None:
    """Delete an account with everything that hangs on it, history, enquiries and what was merged into it included.

    The public profile stays.
    """
    gone = list(_hanging_on(account))
    for merged in account.merged_from.all():
        forget_account(merged)
    for enquiry in account.enquiries.all():
        for one in _with_copies(enquiry):
            _forget_reasons(one)
            history.erase(one)
    account.delete()
    for model, keys in gone:
        history.forget(model, *keys)


# How each table that goes with an account leads to it.
PATHS_TO_ACCOUNT: dict[type[Model], str] = {
    TeamMember: "account",
    Contact: "account",
    ConsentEvent: "contact__account",
    Tenancy: "account",
    ChecklistItem: "tenancy__account",
    Plan: "account",
    Objective: "plan__account",
    Interaction: "account",
    Note: "account",
    NoteReader: "note__account",
    Task: "account",
    SupportRequest: "account",
    MatchSuggestion: "request__account",
    Introduction: "request__account",
    CheckBack: "introduction__request__account",
    Outcome: "account",
    OutcomeConfirmation: "outcome__account",
    StateChange: "account",
    AccountMerge: "account",
}


def _hanging_on(account: Account) -> Iterator[tuple[type[Model], list[int]]]:
    """The tables and keys that deleting ``account`` takes with it."""
    yield Account, [account.pk]
    for model, path in PATHS_TO_ACCOUNT.items():
        yield model, list(model._default_manager.filter(**{path: account}).values_list("pk", flat=True))


def _with_copies(enquiry: Enquiry) -> Iterator[Enquiry]:
    """What was sent again comes before the first, which it holds fast; of old ones some are copies of a copy."""
    for copy in enquiry.duplicates.all():
        yield from _with_copies(copy)
    yield enquiry


def _forget_reasons(enquiry: Enquiry) -> None:
    StateChange.objects.filter(model=Enquiry._meta.label, object_pk=enquiry.pk).delete()


def _old_enquiries(now: datetime) -> None:
    """Whatever came of it, and also where nothing did: what became an account is kept with that."""
    old = Enquiry.objects.filter(received_at__lt=now - ENQUIRIES_KEPT_FOR, purged_at=None)
    for enquiry in old.exclude(state=EnquiryState.CONVERTED):
        make_nameless(enquiry)


def _unconfirmed(now: datetime) -> None:
    for one in UpdatesSubscription.objects.filter(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_KEPT_FOR):
        history.erase(one)


def _who_left(now: datetime) -> None:
    for contact in Contact.objects.filter(left_on__lt=timezone.localdate(now - CONTACTS_KEPT_FOR)):
        forget_contact(contact)


def _closed_accounts(now: datetime) -> None:
    for account in Account.objects.filter(state=AccountState.CLOSED, closed_at__lt=now - ACCOUNTS_KEPT_FOR):
        forget_account(account)


def _came_to_nothing(now: datetime) -> None:
    """Prospects without a space, a request, an introduction or people who sign in, with whom nobody had to do since."""
    before = now - PROSPECTS_KEPT_FOR
    found = Account.objects.filter(state=AccountState.PROSPECT, opened_at__lt=before)
    found = found.filter(tenancies=None, requests=None, outcomes=None, plans=None, organisation__members=None)
    met = Introduction.objects.exclude(partner=None)
    found = found.exclude(pk__in=met.exclude(partner_contact=None).values("partner_contact__account"))
    found = found.exclude(organisation__isnull=False, organisation__in=met.values("partner"))
    found = found.exclude(next_review_on__gte=timezone.localdate(now)).exclude(tasks__state=TaskState.OPEN)
    since = {"notes": "at", "interactions": "at", "state_changes": "at", "enquiries": "received_at"}
    for relation, at in since.items():
        found = found.exclude(**{f"{relation}__{at}__gte": before})
    for account in found:
        forget_account(account)


def _accounts(now: datetime) -> None:
    _closed_accounts(now)
    _came_to_nothing(now)


def _old_merges(now: datetime) -> None:
    """Who merged what, and when, stays with the account; what went where does not, and no second entry of a person."""
    for merge in AccountMerge.objects.filter(at__lt=now - MERGES_UNDONE_FOR).exclude(moved={}):
        for contact in merge.merged.contacts.all() if merge.undone_at is None else ():
            history.erase(contact)
        merge.moved = {}
        merge.save(update_fields=["moved"])
        history.forget(AccountMerge, merge.pk)


def _old_news(now: datetime) -> None:
    drafts = NewsLetter.objects.filter(started_at=None, made_at__lt=now - DRAFTS_KEPT_FOR)
    for letter in (*drafts, *NewsLetter.objects.filter(started_at__lt=now - NEWS_KEPT_FOR)):
        history.erase(letter)


def _old_deliveries(now: datetime) -> None:
    """Who had a letter; how many had it stays with the letter."""
    NewsDelivery.objects.filter(letter__finished_at__lt=now - DELIVERIES_KEPT_FOR).delete()


def _old_absences(now: datetime) -> None:
    for absence in Absence.objects.filter(ends_on__lt=timezone.localdate(now - ABSENCES_KEPT_FOR)):
        history.erase(absence)


def _old_access(now: datetime) -> None:
    AccessLog.objects.filter(at__lt=now - ACCESS_KEPT_FOR).delete()


def _old_confirmations(now: datetime) -> None:
    for one in OutcomeConfirmation.objects.filter(sent_at__lt=now - CONFIRMATIONS_KEPT_FOR):
        history.erase(one)


# ---- the rules ------------------------------------------------------------------------------------------------------
WITH_ACCOUNT = Rule("as long as the account", goes_with=Account)
RULES: dict[str, Rule] = {
    "tenancy.Enquiry": Rule(
        "a year after it came in, then without name and words; one that became an account, as long as that",
        _old_enquiries,
    ),
    "tenancy.UpdatesSubscription": Rule("seven days unless confirmed; then until they end it", _unconfirmed),
    "tenancy.Account": Rule(
        "six years after it was closed; a prospect that came to nothing, two years after we last had to do with it",
        _accounts,
    ),
    "tenancy.AccountMerge": Rule("as long as the account; what went where, thirty days", _old_merges),
    "tenancy.Contact": Rule("two years after they left; at most as long as the account", _who_left),
    "tenancy.ConsentEvent": Rule("as long as the contact", goes_with=Contact),
    "tenancy.AccessLog": Rule("six years", _old_access),
    "tenancy.NewsLetter": Rule("two years after it was sent; a draft a year", _old_news),
    "tenancy.NewsDelivery": Rule("thirty days after the letter went out, then only how many", _old_deliveries),
    "tenancy.Absence": Rule("thirty days after the last day", _old_absences),
    "tenancy.SavedView": Rule("until whoever keeps it takes it away, or their account ends"),
    "tenancy.OutcomeConfirmation": Rule("a year after it was sent", _old_confirmations),
    "tenancy.Collaboration": Rule("as long as the figures of the strategy; it holds nobody's name"),
    "tenancy.CollaborationParty": Rule("as long as the collaboration", goes_with=Collaboration),
    **{
        model._meta.label: WITH_ACCOUNT
        for model in PATHS_TO_ACCOUNT
        if model not in (Contact, ConsentEvent, OutcomeConfirmation, AccountMerge)
    },
}
