"""People who sign in, with or without a second step."""

from time import time

import factory
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from accounts.models import User

PASSWORD = "three plain words"


class UserFactory(DjangoModelFactory):
    """Somebody with ``PASSWORD`` and no rights. ``group="Comms"`` gives those of a role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person-{n}@village.example")

    @classmethod
    def _create(cls, model_class: type[User], *args: object, **kwargs: object) -> User:
        kwargs.setdefault("password", PASSWORD)
        return User.objects.create_user(*args, **kwargs)

    @factory.post_generation
    def group(user: User, create: bool, name: str, **kwargs: object) -> None:  # noqa: N805 -- called with the person
        if name:
            user.groups.add(Group.objects.get(name=name))


class SecondStep:
    """An authenticator app in the hand of ``user``."""

    def __init__(self, user: User) -> None:
        self.secret = generate_totp_secret()
        TOTP.activate(user, self.secret)
        self.recovery_codes = RecoveryCodes.activate(user)

    def code(self) -> str:
        return code_for(self.secret)


def code_for(secret: str) -> str:
    """What an app that knows ``secret`` shows now."""
    return format_hotp_value(hotp_value(secret, int(time()) // 30))
