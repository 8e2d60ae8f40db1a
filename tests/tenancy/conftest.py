"""Somebody of the staff, signed in by password alone: these tests ask what they may do, not how they came in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import tenancy as make


@pytest.fixture
def manager(db: None) -> User:
    return make.manager(name="Sam Holroyd")


@pytest.fixture
def lead(db: None) -> User:
    return make.lead(name="Catherine Armitage")


@pytest.fixture
def sign_in(client: Client, settings: Any, home: object) -> Callable[[User], Client]:
    settings.STAFF_MFA_REQUIRED = False

    def signed_in(user: User) -> Client:
        client.force_login(user)
        return client

    return signed_in
