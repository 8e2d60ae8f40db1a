"""Two accounts that may be one company: which look alike, and what merging them would do."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.dateformat import format as format_day

from accounts.models import User
from tenancy import merging
from tenancy.choices import AccountState
from tenancy.merging import CHOSEN, FILLED, OF_ACCOUNT, How
from tenancy.models import Account, Contact

from .accounts import Wanted, listed
from .enquiries import alike, domain_of, host_of

MOST_SUGGESTED = 8
MOST_FOUND = 20
MOST_NAMED = 12
SAME_MAIL, SAME_DOMAIN, ALIKE = (
    "a contact with the same address",
    "addresses at the same domain",
    "a name that reads alike",
)


# ---- which ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Suggested:
    account: Account
    reasons: list[str]


def suggested(account: Account, viewer: User) -> list[Suggested]:
    """Accounts that may be the same company, the likeliest first, each with why."""
    why: dict[int, list[str]] = {}
    contacts = Contact.objects.visible_to(viewer)
    mine = list(contacts.filter(account=account).exclude(email="").values_list("email", flat=True))
    others = contacts.exclude(account=account)
    for key in others.filter(email__in=mine).values_list("account", flat=True):
        _note(why, key, SAME_MAIL)
    domains = {domain_of(email) for email in mine}
    if account.organisation is not None:
        domains.add(host_of(account.organisation.website))
    for domain in sorted(domains - {""}):
        for key in others.filter(email__endswith=f"@{domain}").values_list("account", flat=True):
            _note(why, key, SAME_DOMAIN)
    rest = Account.objects.visible_to(viewer).exclude(pk=account.pk).exclude(state=AccountState.MERGED)
    for key in alike(account.name, dict(rest.values_list("pk", "name"))):
        _note(why, key, ALIKE)
    found = rest.select_related("manager", "organisation").in_bulk(list(why))
    return sorted(
        (Suggested(found[key], reasons) for key, reasons in why.items() if key in found),
        key=lambda one: (-len(one.reasons), one.account.name, one.account.pk),
    )[:MOST_SUGGESTED]


def _note(why: dict[int, list[str]], key: int, reason: str) -> None:
    reasons = why.setdefault(key, [])
    if reason not in reasons:
        reasons.append(reason)


def found(account: Account, viewer: User, words: str) -> list[Account]:
    """Others by what somebody types: a name, a person, words of a note."""
    rows = listed(viewer, Wanted(words=words)).exclude(pk=account.pk).exclude(state=AccountState.MERGED)
    return list(rows.select_related("manager", "organisation")[:MOST_FOUND])


# ---- what it would do -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Difference:
    """A field that says something else in each; ``takes`` is which one is chosen beforehand."""

    name: str
    label: str
    mine: str
    theirs: str
    takes: str


@dataclass(frozen=True)
class Moving:
    noun: str
    number: int
    how: str
    why: str = ""


@dataclass(frozen=True)
class Joined:
    """Somebody who is in both by the same address: ``fills`` is what the entry that stays gets from the other."""

    mine: Contact
    theirs: Contact
    fills: list[str]


@dataclass(frozen=True)
class Preview:
    differences: list[Difference]
    moving: list[Moving]
    joined: list[Joined]
    people: list[str]
    team: list[str]
    once: list[str]  # who is in both teams
    warnings: list[str]
    seen: str  # of everything that it says: see seen_of

    @property
    def number(self) -> int:
        return sum(one.number for one in self.moving if one.how != How.STAYS)


def preview(account: Account, other: Account) -> Preview:
    """What would become of ``other``: asked for whoever may merge the two, so it counts what each of them holds, all of it."""
    pairs = joined(account, other)
    team = list(other.team.select_related("user"))
    there = set(account.team.values_list("user", flat=True))
    paired = {pair.theirs.pk for pair in pairs}
    contacts = [contact for contact in other.contacts.all() if contact.pk not in paired]
    return Preview(
        differences=list(_differences(account, other)),
        moving=list(_moving(other)),
        joined=pairs,
        people=[contact.name for contact in contacts[:MOST_NAMED]],
        team=[str(member.user) for member in team if member.user_id not in there],
        once=[str(member.user) for member in team if member.user_id in there],
        warnings=list(_warnings(account, other)),
        seen=seen_of(account, other),
    )


def joined(account: Account, other: Account) -> list[Joined]:
    """Whoever is in both by the same address, and has left neither."""
    mine = {contact.email: contact for contact in account.contacts.current().exclude(email="").select_related("user")}
    pairs = []
    for theirs in other.contacts.current().exclude(email="").select_related("user").order_by("pk"):
        if there := mine.get(theirs.email):
            fills = [name for name in FILLED if is_empty(there, name) and not is_empty(theirs, name)]
            pairs.append(Joined(there, theirs, fills))
    return pairs


def is_empty(record: Model, name: str) -> bool:
    return getattr(record, name) in (None, "")


def rows_of(other: Account, label: str) -> Iterable[Any]:
    """The rows of one relation of ``tenancy.merging`` that lead to ``other``."""
    relation = next(
        field
        for field in Account._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete and _label(field) == label
    )
    there: Any = relation
    return there.related_model._default_manager.filter(**{there.field.name: other}).order_by("pk")  # type: ignore[no-any-return]


def _label(relation: Any) -> str:
    return f"{relation.related_model._meta.label}.{relation.field.name}"


def seen_of(account: Account, other: Account) -> str:
    """Changes with whatever a preview says: so that what is confirmed is what was looked at."""
    parts = [
        f"{one.pk} {name} {getattr(one, merging.column(Account, name).attname)}"
        for one in (account, other)
        for name in merging.columns(Account)
    ]
    for label in sorted(OF_ACCOUNT):
        keys = ",".join(str(row.pk) for row in rows_of(other, label))
        parts.append(f"{label} {keys}")
    for pair in joined(account, other):
        parts.append(f"{pair.mine.pk} {pair.theirs.pk} {pair.fills}")
    return sha256("\n".join(parts).encode()).hexdigest()


def _differences(account: Account, other: Account) -> Iterable[Difference]:
    for name in CHOSEN:
        mine, theirs = getattr(account, name), getattr(other, name)
        if mine == theirs:
            continue
        takes = "other" if mine in (None, "") else "this"
        label = LABELS.get(name) or str(merging.column(Account, name).verbose_name)
        yield Difference(name, label.capitalize(), _as_with(account, name), _as_with(other, name), takes)


LABELS = {"organisation": "public profile", "manager": "who looks after it"}


def _as_with(account: Account, name: str) -> str:
    said = in_words(account, name)
    return said if name == "name" else f"{said}, as with {account.name}"


def in_words(account: Account, name: str) -> str:
    value = getattr(account, name)
    if value in (None, ""):
        return "None"
    if name == "next_review_on":
        return format_day(value, "j F Y")
    shown = getattr(account, f"get_{name}_display", None)
    return str(shown() if shown else value)


def _moving(other: Account) -> Iterable[Moving]:
    for label, listed_as in OF_ACCOUNT.items():
        if number := len(list(rows_of(other, label))):
            yield Moving(listed_as.noun, number, listed_as.how.value, listed_as.why)


def _warnings(account: Account, other: Account) -> Iterable[str]:
    """What somebody would rather know beforehand."""
    ours, theirs = account.organisation, other.organisation
    if ours and theirs:
        yield (
            f"Both have a public profile, and an account has one: {ours.title} and {theirs.title}. The one that isn’t "
            "chosen stays public, without an account; its people read nothing of this account any more, and what it "
            "booked does not stand in this timeline."
        )
    if theirs or ours:
        yield (
            "People of the public profile that stays read what is shared with the company: shared notes and "
            "conversations, requests, tenancies and plans of both."
        )
    if account.manager_id != other.manager_id:
        yield "Restricted requests of both are read by whoever looks after the account then, and by its team."
    today = timezone.localdate()
    both = [[stay for stay in one.tenancies.all() if stay.covers(today)] for one in (account, other)]
    if all(both):
        yield "Both have a tenancy that runs. Both stay: end one of them afterwards if it is the same."


def why_not(account: Account, other: Account) -> str:
    """Why these two can’t be merged, with what would work; empty where they can."""
    if account.pk == other.pk:
        return "That is the same account. Choose the other one."
    if AccountState.MERGED in (account.state, other.state):
        return "One of them was merged already. Open it: its address leads to the one that stays."
    if account.state == AccountState.CLOSED and other.state != AccountState.CLOSED:
        return f"{account.name} is closed. Keep {other.name} instead, or open this one again first."
    if account.demonstration != other.demonstration:
        return "One of them is invented, for the demonstration. Invented records are never mixed with real ones."
    return ""
