"""An enquiry comes in, is sorted and answered, and becomes an account without anything being typed twice."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from directory.models import Need, OrganisationPage, Stage
from tenancy import history
from tenancy.choices import EnquiryKind, EnquiryState
from tenancy.clock import enquiry_due
from tenancy.grants import works_with_accounts
from tenancy.models import Account, Contact, Enquiry
from tenancy.policies import may_work
from tenancy.queries.enquiries import accounts_like, organisation_like, still_waiting_like
from tenancy.routing import who_answers
from tenancy.signals import enquiry_received
from tenancy.states import move

from .refusals import LooksLikeOneWeKnow, Unfit, once, require

SAME_AGAIN_WITHIN = timedelta(days=14)
SAME_AGAIN = ("email", "kind", "about_id", "need_id", "stage_id")
KNOWN = "There is an account that looks like the same company. Choose it, or say that this is another company."


@transaction.atomic
def receive(
    *,
    key: UUID,
    kind: str,
    name: str,
    email: str,
    message: str = "",
    organisation_name: str = "",
    user: User | None = None,
    asked_at: str = "",
    about: OrganisationPage | None = None,
    need: Need | None = None,
    stage: Stage | None = None,
) -> Enquiry:
    """Take in what came by a form; the same ``key`` twice is one enquiry. It knows who answers, and by when.

    What the same address asked a few days ago, and nobody has answered yet, is joined by it: whoever answers sees both. That
    is never said to whoever wrote, who may be a stranger with somebody's address. A colleague from the same organisation
    is a person of their own, whom the same person answers.
    """
    if there := Enquiry.objects.filter(key=key).first():
        return there
    enquiry = Enquiry(
        key=key,
        kind=EnquiryKind(kind),
        name=name,
        email=email.strip().lower(),
        message=message,
        organisation_name=organisation_name,
        user=user,
        asked_at=asked_at.partition("?")[0][:200],  # what was searched for is not ours to keep
        about=about,
        need=need,
        stage=stage,
        reply_by=enquiry_due(timezone.localdate()),
    )
    enquiry.matched_organisation = organisation_like(enquiry)
    earlier = still_waiting_like(enquiry, since=timezone.now() - SAME_AGAIN_WITHIN)
    enquiry.assigned_to = (earlier.assigned_to if earlier else None) or who_answers(enquiry)
    with history.by(user=user):
        try:
            with once():
                enquiry.save()
        except Unfit:
            return Enquiry.objects.get(key=key)  # the same form, that came a moment before
        if earlier is not None and all(getattr(earlier, name) == getattr(enquiry, name) for name in SAME_AGAIN):
            first = earlier.duplicate_of or earlier
            move(enquiry, EnquiryState.DUPLICATE, by=None, why="written from the same address", duplicate_of=first)
    enquiry_received.send(Enquiry, enquiry=enquiry)
    return enquiry


@transaction.atomic
def assign(*, enquiry: Enquiry, to: User, by: User) -> None:
    """Raises PermissionDenied and Unfit."""
    require(may_work(by))
    if not works_with_accounts(to):
        raise Unfit("Choose somebody who works with accounts.", field="to")
    with history.by(user=by):
        enquiry.assigned_to = to
        enquiry.save(update_fields=["assigned_to"])


def sort(*, enquiry: Enquiry, by: User) -> None:
    """Read, and in good hands; whoever sorts it answers it unless somebody does already. Raises NotDrawn."""
    require(may_work(by))
    move(enquiry, EnquiryState.TRIAGED, by=by, assigned_to=enquiry.assigned_to or by, account=None, duplicate_of=None)


def answer(*, enquiry: Enquiry, by: User) -> None:
    """Raises PermissionDenied and NotDrawn."""
    require(may_work(by))
    move(enquiry, EnquiryState.ANSWERED, by=by, answered_at=enquiry.answered_at or timezone.now())


def close(*, enquiry: Enquiry, by: User, reason: str) -> None:
    """Raises PermissionDenied, NotDrawn, and Unfit without a reason."""
    require(may_work(by))
    if not reason.strip():
        raise Unfit("Say why it is closed, in a few words: a colleague may be asked.", field="reason")
    move(enquiry, EnquiryState.CLOSED, by=by, why=reason, reason=reason[:300])


@transaction.atomic
def mark_duplicate(*, enquiry: Enquiry, of: Enquiry, by: User) -> None:
    """The same, sent again; what was the same as ``enquiry`` is the same as ``of``. Raises PermissionDenied, NotDrawn and Unfit."""
    require(may_work(by))
    if of.pk == enquiry.pk or of.state == EnquiryState.DUPLICATE:
        raise Unfit("Choose the first of them, which is not itself sent twice.", field="of")
    move(enquiry, EnquiryState.DUPLICATE, by=by, duplicate_of=of)
    with history.by(user=by):
        for copy in enquiry.duplicates.all():
            copy.duplicate_of = of
            copy.save(update_fields=["duplicate_of"])


@transaction.atomic
def open_account(
    *,
    enquiry: Enquiry,
    by: User,
    name: str = "",
    organisation: OrganisationPage | None = None,
    account: Account | None = None,
    is_another: bool = False,
) -> Account:
    """Turn ``enquiry`` into a prospect, with whoever wrote it as its first contact; or add it to ``account``, which there is.

    Raises LooksLikeOneWeKnow with those that may be the same, unless one is chosen or ``is_another`` is said; PermissionDenied,
    NotDrawn and Unfit.
    """
    require(may_work(by))
    organisation = organisation or (None if is_another else enquiry.matched_organisation)
    if account is None and organisation is not None:
        account = Account.objects.filter(organisation=organisation).first()
    if account is None and not is_another:
        _refuse_what_looks_known(accounts_like(enquiry))
    name = name.strip() or (organisation.title if organisation else enquiry.organisation_name.strip()) or enquiry.name
    with history.by(user=by), once():
        if account is None:
            account = Account.objects.create(
                organisation=organisation,
                name=name[:160],
                manager=enquiry.assigned_to or by,
                demonstration=enquiry.demonstration,
            )
        contact = _contact_of(enquiry, account)
        move(enquiry, EnquiryState.CONVERTED, by=by, account=account)
        if contact is not None and not account.contacts.current().filter(is_primary=True).exists():
            contact.is_primary = True
            contact.save(update_fields=["is_primary"])
    return account


def _refuse_what_looks_known(accounts: Sequence[Account]) -> None:
    if accounts:
        raise LooksLikeOneWeKnow(KNOWN, accounts=accounts)


def _contact_of(enquiry: Enquiry, account: Account) -> Contact | None:
    """Whoever wrote it, as a contact of the account; None where the account knows them."""
    if account.contacts.current().filter(email=enquiry.email).exists():
        return None
    said: dict[str, Any] = {"name": enquiry.name, "email": enquiry.email, "user": enquiry.user}
    source = f"wrote to us, enquiry {enquiry.reference}"
    return Contact.objects.create(account=account, source=source, noticed_on=timezone.localdate(), **said)
