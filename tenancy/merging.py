"""What becomes of everything that points to an account, or to one of its people, when two become one: a row a relation.

Nothing is merged while the code has a relation, or a field, that no row names: see ``unlisted``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Model

from .models import Account, Contact


class How(StrEnum):
    MOVES = "moves"  # points to the one that stays
    ONCE = "moves, unless the other has the same"
    COPIED = "is written down again"  # what is only added to is never changed
    STAYS = "stays where it is"


@dataclass(frozen=True)
class Listed:
    noun: str
    how: How = How.MOVES
    why: str = ""


OF_ACCOUNT: Mapping[str, Listed] = {
    "tenancy.Interaction.account": Listed("conversation"),
    "tenancy.Note.account": Listed("note"),
    "tenancy.Task.account": Listed("task"),
    "tenancy.SupportRequest.account": Listed("request"),
    "tenancy.Outcome.account": Listed("outcome"),
    "tenancy.Enquiry.account": Listed("enquiry"),
    "tenancy.Tenancy.account": Listed("tenancy"),
    "tenancy.Plan.account": Listed("plan"),
    "tenancy.Contact.account": Listed("contact", How.ONCE),
    "tenancy.TeamMember.account": Listed("member of the team", How.ONCE),
    "tenancy.StateChange.account": Listed("step", How.STAYS, "It says what happened, and to which record."),
    "tenancy.AccountMerge.account": Listed("earlier merge", How.STAYS, "The way back of each is its own."),
    "tenancy.AccountMerge.merged": Listed("earlier merge", How.STAYS, "The way back of each is its own."),
    "tenancy.Account.merged_into": Listed(
        "account merged before", How.STAYS, "Its address leads on, from one to the next."
    ),
}
OF_CONTACT: Mapping[str, Listed] = {
    "tenancy.ConsentEvent.contact": Listed("consent", How.COPIED),
    "tenancy.Interaction.contacts": Listed("conversation"),
    "tenancy.Interaction_contacts.contact": Listed("conversation"),  # the same, seen from its table
    "tenancy.Task.contact": Listed("task"),
    "tenancy.Introduction.tenant_contact": Listed("introduction"),
    "tenancy.Introduction.partner_contact": Listed("introduction"),
    "tenancy.Outcome.confirmed_by": Listed("outcome they confirmed"),
    "tenancy.OutcomeConfirmation.contact": Listed("question about an outcome"),
}
# Fields of the account whose value is chosen where the two differ; what becomes of the others.
CHOSEN = ("name", "organisation", "kind", "tier", "manager", "next_review_on")
RECKONED = {
    "id": "each keeps its own",
    "state": "the one that stays keeps its own; it can be changed afterwards",
    "closed_at": "goes with the state",
    "merged_into": "says where the other one went",
    "opened_at": "the earlier one",
    "last_contact_at": "the later one",
    "demonstration": "has to be the same",
}
# Of somebody who is in both: what is empty is filled from the other entry.
FILLED = ("user", "role", "telephone", "prefers", "noticed_on")
KEPT = {
    "id": "each keeps its own",
    "account": "the one that stays",
    "name": "as the one that stays has it",
    "email": "the same in both",
    "is_primary": "as the one that stays has it",
    "lawful_basis": "as the one that stays has it",
    "source": "as the one that stays has it",
    "do_not_contact": "once it is said of one, it holds",
    "created_at": "as the one that stays has it",
    "left_on": "nobody who left is joined with anybody",
}
# Tables that name a record by model and key, without a relation. No key changes in a merge, so all of them stay true.
BY_KEY = frozenset({"tenancy.StateChange", "tenancy.AccessLog", "auditlog.LogEntry", "impact.KpiEntry"})


def unlisted() -> list[str]:
    """Relations and fields of the code of which nobody has said what becomes of them; with any, nothing is merged."""
    found = [name for name in relations_to(Account) if name not in OF_ACCOUNT]
    found += [name for name in relations_to(Contact) if name not in OF_CONTACT]
    found += [f"tenancy.Account.{name}" for name in columns(Account) if name not in (*CHOSEN, *RECKONED)]
    found += [f"tenancy.Contact.{name}" for name in columns(Contact) if name not in (*FILLED, *KEPT)]
    return sorted(found)


def relations_to(model: type[Model]) -> Iterator[str]:
    """Every foreign key, many to many and generic relation that leads to ``model``, hidden ones too: app.Model.field."""
    for field in model._meta.get_fields(include_hidden=True):
        if field.auto_created and not field.concrete:
            there: Any = field
            yield f"{there.related_model._meta.label}.{there.field.name}"
    for generic in model._meta.private_fields:
        yield f"{model._meta.label}.{generic.name}"


def column(model: type[Model], name: str) -> Any:
    """A column of ``model``, as a field whose ``attname`` is known."""
    return model._meta.get_field(name)


def columns(model: type[Model]) -> list[str]:
    return [field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)]
