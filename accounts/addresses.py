"""Everybody has one primary address that allauth knows, so that a code or a new password can be mailed to it.

allauth makes the row only for people who signed themselves up; for all others it is made here.
"""

from allauth.account.models import EmailAddress
from django.db import transaction

from .models import User

# Set on a person who has yet to prove that the address is theirs: the row is then left to allauth.
UNPROVEN = "_has_yet_to_prove_the_address"


@transaction.atomic
def keep_primary_address(user: User) -> None:
    """Make the primary address of ``user`` the one on their record.

    It counts as proven, because whoever may write the record vouches for it, unless somebody else has proven the same.
    An address that was replaced no longer opens the account.
    """
    addresses = EmailAddress.objects.filter(user=user)
    primary = addresses.filter(primary=True).first()
    if primary and primary.email == user.email:
        return
    if primary:
        primary.delete()
    proven_by_another = EmailAddress.objects.filter(email=user.email, verified=True).exclude(user=user).exists()
    addresses.update_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": not proven_by_another}
    )


def keep_all_primary_addresses() -> None:
    """For people who were stored without a signal: loaded, or created before this rule."""
    known = EmailAddress.objects.filter(primary=True).values("user")
    for user in User.objects.exclude(pk__in=known):
        keep_primary_address(user)
