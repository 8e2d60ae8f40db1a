"""Two accounts become one, and two again: as a whole, with what went where written down for thirty days."""

from collections.abc import Collection, Iterable
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from directory.models import OrganisationPage
from tenancy import history
from tenancy.choices import AccountState
from tenancy.merging import CHOSEN, OF_ACCOUNT, How, column, unlisted
from tenancy.models import (
    Account,
    AccountMerge,
    ConsentEvent,
    Contact,
    Introduction,
    Outcome,
    OutcomeConfirmation,
    Task,
)
from tenancy.policies import may_merge
from tenancy.queries.merging import Joined, joined, rows_of, seen_of, why_not
from tenancy.retention import MERGES_UNDONE_FOR
from tenancy.states import move

from .dealings import keep_last_contact
from .refusals import ChangedSince, Refusal, Unfit, require

CHANGED = "Something changed since you looked. This is how it stands now: look again, then merge."
# Relations of somebody that are a column of theirs; the others have their own way below.
COLUMNS_OF_CONTACT: tuple[tuple[type[Model], str], ...] = (
    (Introduction, "tenant_contact"),
    (Introduction, "partner_contact"),
    (Outcome, "confirmed_by"),
    (OutcomeConfirmation, "contact"),
    (Task, "contact"),
)


class NotListed(Refusal):
    """Something in the code points to an account, and nobody has said what becomes of it."""


def refuse_what_is_not_listed() -> None:
    """Raises NotListed, with the names."""
    if names := unlisted():
        raise NotListed(
            f"Nothing can be merged: nobody has said what becomes of {', '.join(names)}. Tell whoever looks after the "
            "code of the village to list it in tenancy/merging.py."
        )


@transaction.atomic
def merge(*, account: Account, other: Account, by: User, take: Collection[str] = (), seen: str = "") -> AccountMerge:
    """Bring everything of ``other`` to ``account``, with the fields that are named in ``take`` as ``other`` has them.

    ``seen``: of the preview that was confirmed. Sent twice it is done once. Raises NotListed, PermissionDenied, Unfit and
    ChangedSince.
    """
    refuse_what_is_not_listed()
    locked = {
        one.pk: one for one in Account.objects.select_for_update().filter(pk__in=[account.pk, other.pk]).order_by("pk")
    }
    account, other = locked[account.pk], locked[other.pk]
    require(may_merge(by, account, other))
    if other.merged_into_id == account.pk and (done := account.merges.filter(merged=other, undone_at=None).first()):
        return done
    if words := why_not(account, other):
        raise Unfit(words)
    if seen and seen != seen_of(account, other):
        raise ChangedSince(CHANGED)
    with history.by(user=by):
        went = _Went()
        pairs = joined(account, other)
        for pair in pairs:
            _join(pair, went)
        _bring_people(account, other, {pair.theirs.pk for pair in pairs}, went)
        for label, listed in OF_ACCOUNT.items():
            if listed.how == How.MOVES:
                for row in rows_of(other, label):
                    went.point(row, label.rpartition(".")[2], account.pk)
        fields = _choose(account, other, [name for name in CHOSEN if name in take])
        was = {"state": other.state, "closed_at": _text(other.closed_at), "organisation_id": other.organisation_id}
        move(
            other,
            AccountState.MERGED,
            by=by,
            why=f"merged into account {account.pk}",
            merged_into=account,
            organisation=None,
            closed_at=None,
        )
        account.opened_at = min(account.opened_at, other.opened_at)
        account.save()
        keep_last_contact(account)
        moved = {"rows": went.rows, "fields": fields, "was": was}
        return AccountMerge.objects.create(account=account, merged=other, moved=moved, by=by)


class _Went:
    """Notes each row that changes: model, key, column, what stood there before and what stands there now."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []

    def point(self, row: Model, name: str, to: Any) -> None:
        """``to``: of a relation the key."""
        attname = column(type(row), name).attname
        self.note(row, attname, _text(getattr(row, attname)), _text(to))
        setattr(row, attname, to)
        row.save(update_fields=[name])

    def note(self, row: Model, what: str, before: Any, after: Any) -> None:
        self.rows.append([row._meta.label, row.pk, what, before, after])


def _text(value: Any) -> Any:
    """As JSON can hold it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


# ---- people ---------------------------------------------------------------------------------------------------------
def _join(pair: Joined, went: _Went) -> None:
    """Everything that leads to one entry leads to the other; the first stays with its account, as of somebody who left."""
    mine, theirs = pair.mine, pair.theirs
    for interaction in theirs.interactions.order_by("pk"):
        if not interaction.contacts.filter(pk=mine.pk).exists():
            interaction.contacts.add(mine)
            went.note(interaction, "contacts +", None, mine.pk)
        interaction.contacts.remove(theirs)
        went.note(interaction, "contacts -", theirs.pk, None)
    for model, name in COLUMNS_OF_CONTACT:
        for row in model._default_manager.filter(**{name: theirs}).order_by("pk"):
            went.point(row, name, mine.pk)
    for said in theirs.consents.all():
        same = {name: getattr(said, name) for name in ("purpose", "given", "wording", "channel", "at", "by")}
        went.note(ConsentEvent.objects.create(contact=mine, **same), "written", None, None)
    for name in pair.fills:
        attname = column(Contact, name).attname
        setattr(mine, attname, getattr(theirs, attname))
        went.note(mine, f"filled {attname}", theirs.pk, None)  # not the value: that is in the other entry
    if theirs.do_not_contact and not mine.do_not_contact:
        mine.do_not_contact = True
        went.note(mine, "do_not_contact", False, True)
    mine.save()
    went.note(theirs, "left_on", None, _text(timezone.localdate()))
    theirs.left_on = timezone.localdate()
    theirs.save(update_fields=["left_on"])


def _bring_people(account: Account, other: Account, joined_already: Collection[int], went: _Went) -> None:
    has_first = account.contacts.current().filter(is_primary=True).exists()
    for contact in other.contacts.order_by("pk"):
        if contact.pk in joined_already:
            continue
        if has_first and contact.is_primary and contact.left_on is None:
            went.point(contact, "is_primary", False)
        went.point(contact, "account", account.pk)
    there = set(account.team.values_list("user", flat=True))
    for member in other.team.order_by("pk"):
        if member.user_id not in there:
            went.point(member, "account", account.pk)


def _choose(account: Account, other: Account, names: Iterable[str]) -> dict[str, list[Any]]:
    """Each with what it was and what it is."""
    fields = {}
    for name in names:
        attname = column(Account, name).attname
        fields[attname] = [_text(getattr(account, attname)), _text(getattr(other, attname))]
        setattr(account, attname, getattr(other, attname))
    fields["opened_at"] = [_text(account.opened_at), _text(min(account.opened_at, other.opened_at))]
    return fields


# ---- the way back ---------------------------------------------------------------------------------------------------
def why_not_undone(merge: AccountMerge) -> str:
    """Why ``merge`` can’t be taken back any more; empty where it can."""
    if merge.undone_at is not None:
        return "It was taken back already."
    if merge.at < timezone.now() - MERGES_UNDONE_FOR or not merge.moved:
        return f"A merge can be taken back for {MERGES_UNDONE_FOR.days} days. This one is older: move by hand what is wrong."
    if merge.account.state == AccountState.MERGED:
        return "The account that stayed was merged itself since. Take that back first."
    for name, (_, after) in merge.moved["fields"].items():
        if _text(getattr(merge.account, name)) != after:
            words = column(Account, name.removesuffix("_id")).verbose_name
            return f"Somebody has changed the {words} of {merge.account.name} since. Take that back first, or leave it merged."
    rows = _rows(merge)
    for label, key, name, _, after in merge.moved["rows"]:
        row = rows.get((label, key))
        if row is not None and name.endswith("_id") and getattr(row, name) != after:
            return f"{row} was moved elsewhere since. Take that back first, or leave it merged."
    return ""


@transaction.atomic
def undo_merge(*, merge: AccountMerge, by: User) -> Account:
    """Bring back what went; what is new since stays, what was erased since stays erased. Returns the account that is back.

    Raises PermissionDenied and Unfit.
    """
    keys = [merge.account_id, merge.merged_id]
    locked = {one.pk: one for one in Account.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    merge = AccountMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    account = merge.account = locked[merge.account_id]
    other = merge.merged = locked[merge.merged_id]
    require(may_merge(by, account, other))
    if words := why_not_undone(merge):
        raise Unfit(words)
    with history.by(user=by):
        for name, (before, _) in merge.moved["fields"].items():
            setattr(account, name, _read(Account, name, before))
        account.save()
        was = {name: _read(Account, name, value) for name, value in merge.moved["was"].items()}
        organisation = OrganisationPage.objects.filter(pk=was["organisation_id"]).first()
        if organisation is not None and Account.objects.filter(organisation=organisation).exists():
            raise Unfit(f"{organisation.title} has another account by now. Take its profile out there first.")
        move(
            other,
            was["state"],
            by=by,
            why=f"merge into account {account.pk} taken back",
            merged_into=None,
            organisation=organisation,
            closed_at=was["closed_at"],
        )
        rows = _rows(merge)
        try:
            with transaction.atomic():
                for label, key, name, before, after in reversed(merge.moved["rows"]):
                    if (row := rows.get((label, key))) is not None:
                        _bring_back(row, name, before, after)
        except IntegrityError as clash:
            raise Unfit(
                "Somebody of the two has an address by now that another has too. Change one of them, then take it back."
            ) from clash
        for one in (account, other):
            one.refresh_from_db()
            keep_last_contact(one)
        merge.undone_at, merge.undone_by, merge.moved = timezone.now(), by, {}
        merge.save()
        history.forget(AccountMerge, merge.pk)
    return other


def _bring_back(row: Any, name: str, before: Any, after: Any) -> None:
    if name == "written":
        history.erase(row)
    elif name == "contacts +":
        row.contacts.remove(*Contact.objects.filter(pk=after))
    elif name == "contacts -":
        row.contacts.add(*Contact.objects.filter(pk=before))
    elif name.startswith("filled "):
        _empty_again(row, name.removeprefix("filled "), before)
    else:
        setattr(row, name, _read(type(row), name, before))
        row.save(update_fields=[name.removesuffix("_id")])


def _empty_again(contact: Contact, attname: str, source: int) -> None:
    """As long as it says what it was filled with: what somebody typed since is theirs."""
    other = Contact.objects.filter(pk=source).first()
    if other is not None and getattr(contact, attname) == getattr(other, attname):
        is_text = column(Contact, attname.removesuffix("_id")).empty_strings_allowed
        setattr(contact, attname, "" if is_text else None)
        contact.save()


def _rows(merge: AccountMerge) -> dict[tuple[str, int], Any]:
    """What went, by model and key, as it is now: a statement a table. What was erased since is not there."""
    keys: dict[str, set[int]] = {}
    for label, key, *_ in merge.moved["rows"]:
        keys.setdefault(label, set()).add(key)
    return {
        (label, row.pk): row
        for label, of_it in keys.items()
        for row in apps.get_model(label)._default_manager.filter(pk__in=of_it)
    }


def _read(model: type[Model], attname: str, value: Any) -> Any:
    """What stood in JSON, as the field holds it; a person who is gone by now is nobody."""
    field: Any = model._meta.get_field(attname.removesuffix("_id") if attname.endswith("_id") else attname)
    if field.is_relation:
        return value if field.related_model._default_manager.filter(pk=value).exists() else None
    return field.to_python(value)
