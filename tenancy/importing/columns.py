"""The columns of a file of accounts and their people: what each is called, what may stand in it and how it is read.

A row is one account, and one of its people where it names one; several rows of one account name several.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import User
from directory.importing.cells import Unreadable, chosen, day_of, limited, plain_text, truth
from directory.importing.faults import did_you_mean
from directory.importing.values import Mapping, Value
from directory.models import OrganisationPage
from tenancy.choices import AccountKind, AccountState, Channel, LawfulBasis, Tier
from tenancy.models import Account, Contact
from tenancy.queries.accounts import managers

# What people write instead.
SYNONYMS = {
    "company": "name",
    "account": "name",
    "slug": "organisation",
    "profile": "organisation",
    "status": "state",
    "owner": "manager",
    "account_manager": "manager",
    "contact": "contact_name",
    "person": "contact_name",
    "email": "contact_email",
    "e_mail": "contact_email",
    "role": "contact_role",
    "telephone": "contact_telephone",
    "phone": "contact_telephone",
    "basis": "lawful_basis",
    "consent": "lawful_basis",
}
# Closed is a step that asks whether anything is open, and merged has a page of its own.
STATES = [state for state in AccountState if state not in (AccountState.CLOSED, AccountState.MERGED)]


@dataclass(kw_only=True)
class Stated:
    """What one row says. What it leaves out, or leaves empty, is not here and is never changed."""

    row: Mapping
    name: str = ""
    organisation: OrganisationPage | None = None
    another: bool = False
    account: dict[str, Any] = field(default_factory=dict)  # fields of the account, besides those that name it
    contact: dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> int:
        return self.row.line


@dataclass
class Known:
    """What cells are looked up in; read once a file."""

    organisations: dict[str, OrganisationPage]
    managers: dict[str, User]

    @classmethod
    def read(cls) -> "Known":
        pages = OrganisationPage.objects.all()
        return cls({page.slug: page for page in pages}, {person.email.casefold(): person for person in managers()})


Reader = Callable[[Value, Stated, Known], None]


@dataclass(frozen=True)
class Column:
    read: Reader
    hint: str


# ---- readers, one a column ------------------------------------------------------------------------------------------
def _line(value: Value, model: Any, name: str) -> str:
    return limited(" ".join(plain_text(value).split()), int(model._meta.get_field(name).max_length))


def _name(value: Value, stated: Stated, known: Known) -> None:
    stated.name = _line(value, Account, "name")


def _organisation(value: Value, stated: Stated, known: Known) -> None:
    text = plain_text(value)
    stated.organisation = known.organisations.get(text.casefold())
    if stated.organisation is None:
        near = did_you_mean(text, known.organisations, otherwise="Leave it empty where it has no public profile.")
        raise Unreadable(f"“{text[:80]}” is no profile of the directory. {near}")


def _another(value: Value, stated: Stated, known: Known) -> None:
    stated.another = truth(plain_text(value))


def _choice(name: str, choices: Any) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.account[name] = chosen(plain_text(value), choices)

    return read


def _state(value: Value, stated: Stated, known: Known) -> None:
    state = chosen(plain_text(value), AccountState)
    if state not in STATES:
        raise Unreadable("an import closes and merges nothing: do that on the page of the account.")
    stated.account["state"] = state


def _manager(value: Value, stated: Stated, known: Known) -> None:
    text = plain_text(value).casefold()
    if text not in known.managers:
        near = did_you_mean(text, known.managers, otherwise="Give the address with which they sign in.")
        raise Unreadable(f"“{text[:80]}” is nobody who works with accounts. {near}")
    stated.account["manager"] = known.managers[text]


def _review(value: Value, stated: Stated, known: Known) -> None:
    stated.account["next_review_on"] = day_of(value)


def _of_contact(name: str) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.contact[name] = _line(value, Contact, name)

    return read


def _email(value: Value, stated: Stated, known: Known) -> None:
    text = limited(plain_text(value).lower(), 254)
    try:
        validate_email(text)
    except ValidationError as error:
        raise Unreadable(f"“{text[:80]}” is not an e-mail address.") from error
    stated.contact["email"] = text


def _prefers(value: Value, stated: Stated, known: Known) -> None:
    stated.contact["prefers"] = chosen(plain_text(value), Channel)


def _basis(value: Value, stated: Stated, known: Known) -> None:
    stated.contact["lawful_basis"] = chosen(plain_text(value), LawfulBasis)


def _told(value: Value, stated: Stated, known: Known) -> None:
    stated.contact["noticed_on"] = day_of(value)


def _first(value: Value, stated: Stated, known: Known) -> None:
    stated.contact["is_primary"] = truth(plain_text(value))


COLUMNS: dict[str, Column] = {
    "name": Column(_name, "what we call the company; a name that is there already means that account"),
    "organisation": Column(
        _organisation, "its public profile, by the last part of its address; this comes before the name"
    ),
    "another": Column(_another, "yes: a company of its own, though it looks like one that we know"),
    "kind": Column(_choice("kind", AccountKind), f"one of: {', '.join(AccountKind.values)}"),
    "state": Column(_state, f"one of: {', '.join(STATES)}; a new one without it is a prospect"),
    "tier": Column(_choice("tier", Tier), f"one of: {', '.join(Tier.values)}"),
    "manager": Column(_manager, "the address of who looks after it; empty for a new one: whoever imports it"),
    "next_review_on": Column(_review, "a day, such as 2027-03-31"),
    "contact_name": Column(
        _of_contact("name"), "one of its people; further people are further lines of the same account"
    ),
    "contact_email": Column(_email, "an address that the account has already means that person; else the name does"),
    "contact_role": Column(_of_contact("role"), "what they do there"),
    "contact_telephone": Column(_of_contact("telephone"), "a number"),
    "prefers": Column(_prefers, f"how they like to be reached, one of: {', '.join(Channel.values)}"),
    "first_to_ask": Column(_first, "yes or no"),
    "lawful_basis": Column(_basis, f"needed with every person, one of: {', '.join(LawfulBasis.values)}"),
    "source": Column(_of_contact("source"), "needed with every person: where we have them from"),
    "told_on": Column(_told, "the day they were told how we use it"),
}
