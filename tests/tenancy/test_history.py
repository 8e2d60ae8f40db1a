"""Every change of a private record is written down with who did it, and what is erased is erased there too."""

import ast

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from wagtail.models import ReferenceIndex

from tenancy import history
from tenancy.models import AppendOnly, AppendOnlyError, Private, StateChange
from tenancy.models.private import PrivateQuerySet
from tests.factories import tenancy as make
from tests.structure.house import modules, named, parsed

MODELS = list(apps.get_app_config("tenancy").get_models())
# They write to the database without a signal, and so past the history.
PAST_THE_HISTORY = {"update", "bulk_create", "bulk_update", "_raw_delete", "raw", "extra", "cursor"}


# The log of access is only added to: it is history itself, and a page may show several restricted records at once.
# The words of private records are the database's own: one module makes its tables and triggers, and writes no record; the
# other reads numbers of thousands of accounts with them.
NAMED_DOORS = {"tenancy/actions/reading.py", "tenancy/queries/find.py", "tenancy/words.py"}


def test_every_private_table_is_kept_or_only_added_to() -> None:
    assert len(MODELS) > 20
    assert [m for m in MODELS if not issubclass(m, Private)] == []
    assert [m for m in MODELS if not issubclass(m, AppendOnly) and not auditlog.contains(m)] == []


def test_every_private_table_has_the_door() -> None:
    assert [m for m in MODELS if not isinstance(m.objects.all(), PrivateQuerySet)] == []
    assert [m for m in MODELS if m.objects is not m._default_manager] == []


def test_nothing_in_this_app_writes_past_the_history() -> None:
    seen = []
    for path in modules():
        if not named(path).startswith("tenancy/") or named(path) in NAMED_DOORS:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and node.attr in PAST_THE_HISTORY and not _is_no_query(node.value):
                seen.append(f"{named(path)}:{node.lineno} .{node.attr}")
    assert seen == []


def _is_no_query(node: ast.expr) -> bool:
    """A bar that shows progress has an ``update`` too."""
    return isinstance(node, ast.Name) and node.id == "bar"


def test_other_apps_do_not_write_private_records() -> None:
    """What stands above may read them; changes are this app's own actions."""
    writes = {"create", "get_or_create", "update_or_create", "bulk_create", "update", "delete"}
    private = {model.__name__ for model in MODELS}
    others = [path for path in modules() if not named(path).startswith("tenancy/") and _imports_tenancy(parsed(path))]
    seen = [
        f"{named(path)}:{node.lineno}"
        for path in others
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in writes
        if any(isinstance(part, ast.Name) and part.id in private for part in ast.walk(node.value))
    ]
    assert seen == []


def _imports_tenancy(module: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tenancy") for node in ast.walk(module)
    )


def test_the_cms_keeps_no_list_of_private_records() -> None:
    """Its index of references would tell comms that there is an account that uses an organisation's page."""
    assert set(MODELS) & (ReferenceIndex.tracked_models | ReferenceIndex.indexed_models) == set()


@pytest.mark.django_db
def test_a_change_says_what_and_who() -> None:
    somebody = make.manager()
    contact = make.ContactFactory(telephone="01632 960001")

    with history.by(user=somebody):
        contact.telephone = "01632 960002"
        contact.save()

    last = history.of(contact).first()
    assert last.changes == {"telephone": ["01632 960001", "01632 960002"]}
    assert (last.actor, last.remote_addr, last.actor_email) == (somebody, None, None)


@pytest.mark.django_db
def test_who_is_outside_is_known_again_afterwards() -> None:
    outer, inner = make.manager(), make.manager()
    task = make.TaskFactory()

    with history.by(user=outer):
        with history.by(user=inner):
            task.words = "Inside"
            task.save()
        with history.by(user=None):  # an action without a person inside another's
            task.words = "Outside"
            task.save()
    task.words = "Nobody"
    task.save()

    assert [entry.actor for entry in history.of(task)[:3]] == [None, outer, inner]


@pytest.mark.django_db
def test_contacts_of_an_interaction_are_part_of_its_history() -> None:
    interaction = make.InteractionFactory()
    contact = make.ContactFactory(account=interaction.account)

    interaction.contacts.add(contact)

    assert history.of(interaction).first().changes["contacts"]["objects"] == [f"Contact {contact.pk}"]


@pytest.mark.django_db
def test_what_is_erased_is_gone_from_the_history() -> None:
    contact = make.ContactFactory(name="Zqerased", telephone="01632 960003")
    contact.role = "Zqerased too"
    contact.save()

    history.erase(contact)

    assert not LogEntry.objects.filter(changes__icontains="zqerased").exists()
    assert not LogEntry.objects.filter(object_repr__icontains="zqerased").exists()


@pytest.mark.django_db
def test_what_is_only_added_to_is_never_changed() -> None:
    consent = make.ConsentEventFactory()
    consent.given = False

    with pytest.raises(AppendOnlyError, match="never changed"):
        consent.save()

    assert issubclass(StateChange, AppendOnly)
