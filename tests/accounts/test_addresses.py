"""Whoever has an account can be sent a code, however the account came about."""

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def addresses(user):
    return list(EmailAddress.objects.filter(user=user).values_list("email", "primary", "verified"))


@pytest.mark.parametrize("make", [User.objects.create_user, User.objects.create_superuser])
def test_people_made_in_code_have_a_proven_address(make):
    user = make("Ann@Village.example")

    assert addresses(user) == [("ann@village.example", True, True)]


def test_people_made_on_the_command_line_have_one(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "three plain words")
    call_command("createsuperuser", "--noinput", "--email", "chief@village.example", verbosity=0)

    assert addresses(User.objects.get()) == [("chief@village.example", True, True)]


def test_people_made_in_the_cms_have_one(admin_client, settings, home):
    settings.STAFF_MFA_REQUIRED = False
    answer = admin_client.post(
        "/cms/users/new/",
        {
            "email": "new@village.example",
            "name": "New",
        },
    )

    assert answer.status_code == 302, answer.context["form"].errors
    user = User.objects.get(email="new@village.example")
    assert addresses(user) == [("new@village.example", True, True)]
    assert (user.name, user.has_usable_password()) == ("New", False)


def test_people_who_sign_up_have_to_prove_it(client, mailoutbox):
    client.post(reverse("account_signup"), {"name": "Visitor", "email": "visitor@village.example"})

    user = User.objects.get()
    assert user.name == "Visitor"
    assert addresses(user) == [("visitor@village.example", True, False)]

    code = mailoutbox[0].subject.split()[0]
    client.post(reverse("account_email_verification_sent"), {"code": code})
    assert addresses(user) == [("visitor@village.example", True, True)]
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_changed_address_replaces_the_old_one():
    user = UserFactory(email="old@village.example")

    user.email = "NEW@village.example"
    user.save()

    assert addresses(user) == [("new@village.example", True, True)]


def test_an_address_that_another_has_proven_is_not_proven_twice():
    other = UserFactory()
    EmailAddress.objects.create(user=other, email="shared@village.example", verified=True, primary=False)

    user = UserFactory(email="shared@village.example")

    assert addresses(user) == [("shared@village.example", True, False)]


def test_other_changes_leave_the_addresses_alone(django_assert_num_queries):
    user = UserFactory()
    with django_assert_num_queries(1):
        user.save(update_fields=["name"])


def test_people_stored_without_a_signal_get_theirs_with_the_next_migration():
    User.objects.bulk_create([User(email="loaded@village.example")])
    assert addresses(User.objects.get()) == []

    call_command("migrate", verbosity=0)

    assert addresses(User.objects.get()) == [("loaded@village.example", True, True)]


def test_people_are_edited_in_the_cms_by_one_name(admin_client, settings, home):
    settings.STAFF_MFA_REQUIRED = False
    user = UserFactory(email="old@village.example", name="Old")

    assert "Old" in admin_client.get("/cms/users/?q=old@village").content.decode()
    assert admin_client.get("/cms/users/?ordering=-name").status_code == 200
    answer = admin_client.post(
        f"/cms/users/edit/{user.pk}/", {"email": "new@village.example", "name": "New", "is_active": "on"}
    )

    assert answer.status_code == 302, answer.context["form"].errors
    user.refresh_from_db()
    assert (user.name, addresses(user)) == ("New", [("new@village.example", True, True)])
    assert user.has_usable_password(), "an empty password must not take the old one away"


def test_somebody_changes_their_own_name_in_the_cms(admin_client, settings, home):
    settings.STAFF_MFA_REQUIRED = False
    form = admin_client.get("/cms/account/").content.decode()
    assert "first_name" not in form
    assert "current_time_zone" not in form, "what is scheduled is shown in London time"

    admin_client.post(
        "/cms/account/",
        {
            "name_email-name": "Chief",
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
            "theme-keyboard_shortcuts": "on",
        },
    )

    assert User.objects.get(is_superuser=True).name == "Chief"
