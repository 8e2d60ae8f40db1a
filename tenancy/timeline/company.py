"""What changed of an account itself: its people, what they agreed to, its state, who looks after it, its public profile."""

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from directory.choices import ChangeState
from directory.models import ProfileChange
from tenancy.choices import AccountState, ConsentPurpose
from tenancy.grants import works_with_accounts
from tenancy.models import Account, ConsentEvent, Contact, StateChange, TeamMember

from . import DayBegins, Entry, Row, Source, in_words, person, register


def _contacts(account: Account, viewer: User) -> QuerySet[Contact]:
    return Contact.objects.visible_to(viewer).filter(account=account)  # type: ignore[no-any-return]


def _came(row: Row, _: str) -> Entry:
    url = reverse("staff_people", args=[row.ref])
    return Entry(row.at, f"{row.what} became a contact", "person", row.words, url=url)


def _left(row: Row, _: str) -> Entry:
    return Entry(row.at, f"{row.what} left", "person", is_day=True)


def _consents(account: Account, viewer: User) -> QuerySet[ConsentEvent]:
    return ConsentEvent.objects.visible_to(viewer).filter(contact__account=account)


def _consent(row: Row, _: str) -> Entry:
    said = "said yes" if row.state in ("1", "true", "True") else "said no, or not any more"
    return Entry(row.at, f"{row.what} {said}: {ConsentPurpose(row.words).label.lower()}", "check", by=row.who)


def _team(account: Account, viewer: User) -> QuerySet[TeamMember]:
    return TeamMember.objects.visible_to(viewer).filter(account=account)


def _helps(row: Row, _: str) -> Entry:
    return Entry(row.at, f"{row.what} joined the team of this account", "people", is_day=True)


def _steps(account: Account, viewer: User) -> QuerySet[StateChange]:
    moved = StateChange.objects.visible_to(viewer)
    return moved.filter(account=account, model=Account._meta.label, object_pk=account.pk)


def _step(row: Row, _: str) -> Entry:
    return Entry(row.at, f"The account is “{in_words(AccountState, row.state)}”", "info", row.words, row.who)


def _published(account: Account, viewer: User) -> QuerySet[ProfileChange]:
    """What they asked for and was published: everybody can read it. What was not is between them and comms."""
    if not works_with_accounts(viewer) or account.organisation_id is None:
        return ProfileChange.objects.none()
    done = ProfileChange.objects.filter(organisation=account.organisation_id, decided_at__isnull=False)
    return done.filter(state=ChangeState.APPROVED)


def _profile(row: Row, _: str) -> Entry:
    return Entry(row.at, "Their public profile was changed, as they asked", "note")


register(
    Source(
        "contact came",
        "people",
        "created_at",
        _contacts,
        _came,
        {"what": "name", "words": "role", "ref": "account_id"},
    ),
    Source(
        "contact left",
        "people",
        DayBegins("left_on"),
        lambda account, viewer: _contacts(account, viewer).filter(left_on__isnull=False),
        _left,
        {"what": "name"},
    ),
    Source(
        "consent",
        "people",
        "at",
        _consents,
        _consent,
        {"what": "contact__name", "words": "purpose", "state": "given", "who": person("by")},
    ),
    Source("team", "account", DayBegins("since"), _team, _helps, {"what": person("user")}),
    Source("state", "account", "at", _steps, _step, {"words": "reason", "state": "after", "who": person("by")}),
    Source("profile", "account", "decided_at", _published, _profile),
)
