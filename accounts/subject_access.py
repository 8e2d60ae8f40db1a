"""What is held about people who sign in. Their account goes last: until then everything is found by it."""

from collections.abc import Iterable

from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q
from wagtail.models import ModelLogEntry

from core.subject_access import Person, called, erasure, give, give_not

from .models import User

give("accounts.User", lambda person: Q(pk__in=person.users))
give("account.EmailAddress", lambda person: Q(user__in=person.users))
give("mfa.Authenticator", lambda person: Q(user__in=person.users))
give_not("What keeps you signed in: it holds a number alone, and ends when you sign out.", "sessions.Session")


@called
def names(person: Person) -> Iterable[str]:
    return User.objects.filter(pk__in=person.users).values_list("name", flat=True)


@erasure(last=True)
def forget_account(person: Person) -> None:
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) in {str(key) for key in person.users}:
            session.delete()
    # The log of the CMS repeats the name of whoever was changed there.
    kind = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.filter(content_type=kind, object_id__in=[str(key) for key in person.users]).delete()
    User.objects.filter(pk__in=person.users).delete()
