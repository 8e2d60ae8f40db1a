"""Loads the people of the demonstration: one for each role, all with the same password."""

import os
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.roles import ACCOUNT_MANAGERS, COMMS, COMMUNITY, LEADERSHIP, TENANT_ADMINS, TENANT_MEMBERS

AT = "village.example"


class Person(NamedTuple):
    mailbox: str
    name: str
    group: str = ""
    runs_everything: bool = False


PEOPLE = (
    Person("comms", "Aaliyah Hussain", COMMS),
    Person("community", "Rosa Pickersgill", COMMUNITY),
    Person("manager", "Sam Holroyd", ACCOUNT_MANAGERS),
    Person("lead", "Catherine Armitage", LEADERSHIP),
    Person("tenant", "Tomasz Wójcik", TENANT_MEMBERS),
    Person("tenant-admin", "Ngozi Okafor", TENANT_ADMINS),
    Person("visitor", "Harpreet Gill"),
    Person("admin", "Jo Beckett", runs_everything=True),
)


class Command(BaseCommand):
    help = "Load the people of the demonstration. Their password is VILLAGE_DEMO_PASSWORD; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "These people share one password, so they exist only in the demonstration. "
                "Create real ones with `manage.py createsuperuser` and in the CMS under Settings, Users."
            )
        password = os.environ.get("VILLAGE_DEMO_PASSWORD", "")
        if not password:
            raise CommandError("VILLAGE_DEMO_PASSWORD is not set. Choose the password that all of them will have.")
        encoded = _encoded(password)
        changed = sum(_load(person, encoded) for person in PEOPLE)
        self.stdout.write(f"People: {changed} of {len(PEOPLE)} loaded or changed.")


def _encoded(password: str) -> str:
    """The hash that all of them share: one slow comparison instead of one each."""
    for kept in User.objects.filter(email__in=[f"{person.mailbox}@{AT}" for person in PEOPLE]).values_list(
        "password", flat=True
    )[:1]:
        if check_password(password, kept):
            return kept
    return make_password(password)


@transaction.atomic
def _load(person: Person, encoded: str) -> bool:
    """Store ``person``; return whether anything had to change."""
    email = f"{person.mailbox}@{AT}"
    user = User.objects.filter(email=email).first()
    changed = user is None
    if user is None:
        user = User(email=email, name=person.name)
    if (user.is_superuser, user.is_staff) != (person.runs_everything,) * 2:
        user.is_superuser = user.is_staff = person.runs_everything
        changed = True
    if user.password != encoded:
        user.password = encoded
        changed = True
    if changed:
        user.save()
    if person.group and not user.groups.filter(name=person.group).exists():
        user.groups.add(Group.objects.get(name=person.group))
        changed = True
    return changed
