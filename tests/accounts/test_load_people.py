import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from accounts.management.commands.load_people import PEOPLE
from accounts.models import User

pytestmark = pytest.mark.django_db
ROLES = {
    "comms": "Comms",
    "community": "Community team",
    "manager": "Account managers",
    "lead": "Leadership",
    "tenant": "Tenant members",
    "tenant-admin": "Tenant admins",
    "visitor": None,
    "admin": None,
}


@pytest.fixture
def load(monkeypatch, capsys):
    def run(password="first password"):
        monkeypatch.setenv("VILLAGE_DEMO_PASSWORD", password)
        call_command("load_people")
        return capsys.readouterr().out.strip()

    return run


def test_each_role_has_its_person(load):
    load()

    found = {u.email.split("@")[0]: u for u in User.objects.filter(email__endswith="@village.example")}
    assert {name: user.groups.values_list("name", flat=True).first() for name, user in found.items()} == ROLES
    assert [name for name, user in found.items() if user.is_superuser] == ["admin"]
    assert all(user.check_password("first password") and user.name for user in found.values())
    assert EmailAddress.objects.filter(primary=True, verified=True).count() == len(PEOPLE)


def test_a_second_run_changes_nothing(load):
    load()
    before = list(User.objects.order_by("pk").values())

    assert load() == "People: 0 of 8 loaded or changed."
    assert list(User.objects.order_by("pk").values()) == before


def test_another_password_is_taken_over(load):
    load()

    assert load("second password") == "People: 8 of 8 loaded or changed."
    assert all(user.check_password("second password") for user in User.objects.all())


def test_what_a_person_changed_stays(load):
    load()
    User.objects.filter(email="visitor@village.example").update(name="Somebody else")

    load("second password")

    assert User.objects.get(email="visitor@village.example").name == "Somebody else"


def test_they_exist_in_the_demonstration_only(load, settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="createsuperuser"):
        load()
    assert not User.objects.exists()


def test_the_password_has_to_be_chosen(load):
    with pytest.raises(CommandError, match="VILLAGE_DEMO_PASSWORD"):
        load("")
