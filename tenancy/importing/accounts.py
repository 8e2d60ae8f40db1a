"""Loads a file of accounts and their people: all of it or nothing, and the second time nothing.

A dry run does the very same and takes it back, so that what it says is what would happen. Only what a row states is changed.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import User
from directory.importing.cells import read_cells
from directory.importing.faults import Fault, Refused
from directory.importing.files import read_rows
from directory.importing.pages import faults_of_columns
from directory.importing.reports import CREATED, UNCHANGED, UPDATED, Change, Progress, Report
from directory.importing.values import Mapping
from tenancy import history
from tenancy.choices import AccountState
from tenancy.models import Account, Contact
from tenancy.policies import may_hand_over
from tenancy.queries.accounts import stays_for
from tenancy.queries.enquiries import Names, domain_of
from tenancy.states import ACCOUNT, NotDrawn, move

from .columns import COLUMNS, SYNONYMS, Known, Stated

NEEDED_WITH_A_PERSON = {
    "name": ("contact_name", "what are they called?"),
    "lawful_basis": ("lawful_basis", "on which ground do we keep them? Most often: public-task."),
    "source": ("source", "where do we have them from? Such as: told us at a meeting."),
}


def load_accounts(
    name: str, data: bytes, *, by: User | None = None, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Load what is in ``data``, the content of the file called ``name``, and say what became of each row.

    Raises Refused, having written nothing, with all that is wrong with the file.
    """
    rows = read_rows(name, data, under="accounts")
    with transaction.atomic(), history.by(user=by):
        stated, faults = _read_all(rows, Known.read())
        load = _Load(by, faults)
        for done, one in enumerate(stated, start=1):
            load.take(one)
            if progress:
                progress(done, len(stated))
        if load.faults:
            raise Refused(load.faults)
        if dry_run:
            transaction.set_rollback(True)
    return Report(load.changes, load.notes)


# ---- reading --------------------------------------------------------------------------------------------------------
def _read_all(rows: list[Mapping], known: Known) -> tuple[list[Stated], list[Fault]]:
    """Every row by itself: those that can be read, and what is wrong with the others. Raises Refused."""
    faults = faults_of_columns(rows, COLUMNS, SYNONYMS)
    if faults:
        raise Refused(faults)
    found = []
    for row in rows:
        stated, wrong = _read(row, known)
        faults += wrong
        if not wrong:
            found.append(stated)
    return found, faults


def _read(row: Mapping, known: Known) -> tuple[Stated, list[Fault]]:
    stated = Stated(row=row)
    faults = read_cells(row, COLUMNS, stated, known)
    complained = {fault.column for fault in faults}
    if not complained & {"name", "organisation"} and not (stated.name or stated.organisation):
        faults.append(Fault(row.line, "which company? Give “name”, or “organisation”.", "name"))
    if stated.contact:
        for field_name, (column, question) in NEEDED_WITH_A_PERSON.items():
            if column not in complained and not stated.contact.get(field_name):
                faults.append(Fault(row.line, f"“{column}” is missing: {question}", column))
    return stated, faults


# ---- writing --------------------------------------------------------------------------------------------------------
@dataclass
class _Load:
    by: User | None
    faults: list[Fault]
    notes: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        accounts = list(Account.objects.select_related("organisation", "manager", "merged_into"))
        self.by_organisation = {one.organisation_id: one for one in accounts if one.organisation_id}
        self.names = Names({one.pk: one.name for one in accounts if one.state != AccountState.MERGED})
        self.by_name: dict[str, list[Account]] = {}
        self.by_key = {one.pk: one for one in accounts}
        for one in accounts:
            stays = self.by_key[stays_for(one).pk]
            known = self.by_name.setdefault(_key(one.name), [])
            if stays not in known:
                known.append(stays)
        self.mails: dict[str, set[int]] = {}
        for email, account in Contact.objects.current().exclude(email="").values_list("email", "account"):
            self.mails.setdefault(email, set()).add(account)
        self.said: dict[int, dict[str, tuple[Any, int]]] = {}  # of each account: what a line before this one says

    def take(self, stated: Stated) -> None:
        """Bring one row in; what is wrong with it is added to the faults."""
        try:
            account, is_new = self._account(stated)
            if account is None:
                return
            changed = [] if is_new else self._change(account, stated)
            person, person_is_new = self._person(account, stated) if stated.contact else ([], False)
        except NotDrawn as refusal:
            self.faults.append(Fault(stated.row.line_of("state"), str(refusal), "state"))
            return
        title = f"{account.name}, {stated.contact['name']}" if stated.contact else account.name
        fields = (*(["account"] if is_new else changed), *(["person"] if person_is_new else person))
        what = CREATED if is_new or person_is_new else UPDATED if fields else UNCHANGED
        self.changes.append(Change(stated.line, account.name, title, what, tuple(fields)))

    def _fault(self, stated: Stated, column: str, words: str) -> None:
        self.faults.append(Fault(stated.row.line_of(column), words, column))

    # ---- the account
    def _account(self, stated: Stated) -> tuple[Account | None, bool]:
        """The account that a row is about, and whether it is new; none where that is a fault."""
        there: Account | None = None
        if stated.organisation is not None:
            there = self.by_organisation.get(stated.organisation.pk)
        named = self.by_name.get(_key(stated.name), []) if stated.name else []
        if there is None and len(named) > 1:
            words = "several accounts have this name. Name its public profile, or merge them first."
            self._fault(stated, "name", words)
            return None, False
        if there is None and named and stated.organisation is not None and named[0].organisation_id is not None:
            words = (
                f"the account of this name has another public profile, “{named[0].organisation}”. Look which is right."
            )
            self._fault(stated, "organisation", words)
            return None, False
        there = there or (named[0] if named else None)
        if there is not None:
            return (None, False) if self._contradicts(there, stated) else (there, False)
        if not stated.another and (like := self._like(stated)):
            self._fault(stated, "name" if stated.name else "organisation", like)
            return None, False
        return self._new(stated), True

    def _like(self, stated: Stated) -> str:
        """Why a new account may be one that we know; empty where nothing says so."""
        name = stated.name or str(stated.organisation)
        remedy = "Write that name if it is the same company, else “yes” under “another”."
        if keys := self.names.like(name):
            return f"it reads like “{self.by_key[keys[0]].name}”, which we know. {remedy}"
        email = stated.contact.get("email", "")
        if keys := sorted(self.mails.get(email, ())):
            return f"{email} belongs to “{self.by_key[keys[0]].name}”, which we know. {remedy}"
        return ""

    def _new(self, stated: Stated) -> Account:
        said = {"manager": self.by, **stated.account}
        name = stated.name or str(stated.organisation)
        account = Account.objects.create(name=name[:160], organisation=stated.organisation, **said)
        self.by_key[account.pk] = account
        self.names.add(account.pk, account.name)
        self.by_name.setdefault(_key(account.name), []).append(account)
        if account.organisation_id:
            self.by_organisation[account.organisation_id] = account
        self._contradicts(account, stated)  # what the first line says, for those that follow
        return account

    def _contradicts(self, account: Account, stated: Stated) -> bool:
        """Whether a line before this one says something else of the same account."""
        said, contradicts = self.said.setdefault(account.pk, {}), False
        for name, value in stated.account.items():
            before, line = said.setdefault(name, (value, stated.line))
            if before != value:
                self._fault(stated, name, f"line {line} says something else of {account.name}. Say it once.")
                contradicts = True
        return contradicts

    def _change(self, account: Account, stated: Stated) -> list[str]:
        """Raises NotDrawn where the state can’t follow."""
        values = {name: value for name, value in stated.account.items() if name != "state"}
        if stated.name and stated.organisation is not None:  # the profile says which it is, so the name is news
            values["name"] = stated.name
        if stated.organisation is not None:
            values["organisation"] = stated.organisation
        if self._is_for_others(account, stated, values):
            return []
        changed = _set(account, values)
        state = stated.account.get("state", account.state)
        if state != account.state:
            if account.state == AccountState.CLOSED and state != AccountState.PROSPECT:
                raise NotDrawn(ACCOUNT.refusal(account.state, state))
            move(account, state, by=self.by, why="by an import", closed_at=None)
            changed.append("state")
        if "name" in changed:
            self.names.add(account.pk, account.name)
            self.by_name.setdefault(_key(account.name), []).append(account)
        return changed

    def _is_for_others(self, account: Account, stated: Stated, values: dict[str, Any]) -> bool:
        """Whether the row says who looks after an account, or whose it is, and that is not for whoever imports it."""
        decides = [
            name for name in ("manager", "organisation") if values.get(name) not in (None, getattr(account, name))
        ]
        why_not = may_hand_over(self.by, account) if self.by and decides else ""
        for name in decides if why_not else ():
            self._fault(stated, name, f"{account.name} stays as it is: {why_not} Or leave “{name}” empty.")
        return bool(why_not)

    # ---- its people
    def _person(self, account: Account, stated: Stated) -> tuple[list[str], bool]:
        """Which fields of somebody changed, and whether they are new."""
        said = dict(stated.contact)
        first = said.pop("is_primary", None)
        found = account.contacts.filter(name__iexact=said["name"])
        if email := said.get("email"):
            by_email = account.contacts.filter(email=email)
            found = by_email if by_email.exists() else found.filter(email="")  # whose address is news
        contact = found.filter(left_on=None).first()
        if contact is None and (gone := found.first()) is not None:
            words = (
                f"they left on {gone.left_on:%Y-%m-%d}. Take the line out; who is back is added on the account’s page."
            )
            self._fault(stated, "contact_name", words)
            return [], False
        is_new = contact is None
        if contact is None:
            contact = Contact.objects.create(account=account, **said)
            self._note_others(account, stated)
            changed = []
        else:
            changed = _set(contact, said)
        if first is not None and contact.is_primary != first:
            for other in account.contacts.current().filter(is_primary=True).exclude(pk=contact.pk) if first else ():
                _set(other, {"is_primary": False})
            changed += _set(contact, {"is_primary": first})
        return [FIELDS.get(name, name) for name in changed], is_new

    def _note_others(self, account: Account, stated: Stated) -> None:
        """Say where else we know the address, or the house it belongs to."""
        email = stated.contact.get("email", "")
        others = (
            [self.by_key[key].name for key in sorted(self.mails.setdefault(email, set()) - {account.pk})]
            if email
            else []
        )
        if others:
            self.notes.append(f"line {stated.line}: {email} is with {', '.join(others)} too.")
        elif domain := domain_of(email):
            same = {key for mail, keys in self.mails.items() if mail.endswith(f"@{domain}") for key in keys}
            if names := [self.by_key[key].name for key in sorted(same - {account.pk})][:3]:
                self.notes.append(f"line {stated.line}: others at {domain} are with {', '.join(names)}.")
        if email:
            self.mails[email].add(account.pk)


FIELDS = {"is_primary": "first_to_ask", "noticed_on": "told_on", "email": "contact_email", "role": "contact_role"}


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _set(record: Account | Contact, values: dict[str, Any]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, values[name])
    if changed:
        record.save(update_fields=changed)
    return changed
