"""Whoever adds a field about people says what it is for; what is said about erasing is what the database does."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from core.privacy import Erasure, PersonalData, personal_data
from tests.structure.house import ROOT, apps_from_high_to_low

ABOUT_PEOPLE = {
    *("address_line", "birth_date", "consented_on", "date_of_birth", "first_name", "forename", "last_name", "surname"),
    *("ip", "ip_address", "mobile", "phone", "postal_address", "pronouns", "salutation", "session_key", "telephone"),
    *("user_agent", "last_login", "speaker", "contact", "attendee", "guest", "visitor"),
}
ON_DELETE = {
    Erasure.WITH_ACCOUNT: {models.CASCADE},
    Erasure.NAMELESS: {models.SET_NULL},
    Erasure.NUMBER_ONLY: {models.DO_NOTHING},
    Erasure.BY_EDITOR: set(),
}
NEEDS_NO_ENTRY = {
    # The two ends of User.groups and User.user_permissions, which have one.
    "accounts.User_groups.user",
    "accounts.User_user_permissions.user",
    "events.EventSession_speakers.speaker",  # a number of events.Speaker, which has one
    "tenancy.Interaction_contacts.contact",  # a number of tenancy.Contact, which has one
}
ENTRIES = personal_data()
EACH = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.model}-{entry.fields[0]}")


def fields_about_people() -> Iterator[str]:
    """Every field of every table, packages' too, that by its kind or name is about a person."""
    user = apps.get_model(settings.AUTH_USER_MODEL)
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            is_a_way_to_reach = isinstance(field, models.EmailField | models.GenericIPAddressField)
            named_so = field.name in ABOUT_PEOPLE or field.name.rpartition("_")[2] in {"email", "telephone", "phone"}
            if field.related_model is user or is_a_way_to_reach or named_so:
                yield f"{model._meta.label}.{field.name}"


def test_every_field_about_people_is_described() -> None:
    found = set(fields_about_people())
    described = {f"{entry.model}.{field}" for entry in ENTRIES for field in entry.fields}
    assert len(found) > 20
    assert found - described - NEEDS_NO_ENTRY == set()


def test_a_person_with_a_day_of_consent_is_described_whole() -> None:
    """Name, role and words of somebody who is named in public, not only the day."""
    for model in apps.get_models():
        if model._meta.app_label in apps_from_high_to_low() and any(
            f.name == "consented_on" for f in model._meta.fields
        ):
            described = {field for entry in ENTRIES if entry.model == model._meta.label for field in entry.fields}
            own = {field.name for field in model._meta.fields if not field.is_relation and not field.primary_key}
            assert own - {"sort_order"} == described


@EACH
def test_what_is_described_is_there(entry: PersonalData) -> None:
    model = apps.get_model(entry.model)
    for field in entry.fields:
        assert model._meta.get_field(field).model is model


@EACH
def test_erasing_does_what_is_said(entry: PersonalData) -> None:
    model = apps.get_model(entry.model)
    user = apps.get_model(settings.AUTH_USER_MODEL)
    for name in entry.fields:
        field = model._meta.get_field(name)
        if field.related_model is user:
            assert {field.remote_field.on_delete} <= ON_DELETE[entry.erasure], field


@EACH
def test_people_can_read_it_too(entry: PersonalData) -> None:
    """One row of the table in docs/privacy.md; what it must say stands in the message."""
    fields = ", ".join(f"`{field}`" for field in entry.fields)
    why = f"{entry.purpose} | {entry.basis.value} | {entry.retention} | {entry.erasure.value}"
    row = f"| `{entry.model}` | {fields} | {why} |"
    assert row in (ROOT / "docs" / "privacy.md").read_text().splitlines()


def test_no_row_is_left_of_what_is_gone() -> None:
    rows = [line for line in (ROOT / "docs" / "privacy.md").read_text().splitlines() if line.startswith("| `")]
    assert len(rows) == len(ENTRIES)
