"""Which address belongs to somebody for certain."""

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser


def proven_address(user: AbstractBaseUser | AnonymousUser) -> str:
    """The address that belongs to ``user`` for certain, in lower case; empty when there is none."""
    if not user.is_authenticated:
        return ""
    address = EmailAddress.objects.filter(user=user, primary=True, verified=True).first()
    return address.email.lower() if address else ""
