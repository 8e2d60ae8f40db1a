"""Relations between apps, which the import contract cannot see where they are written as text."""

import ast

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from tests.structure.house import apps_from_high_to_low, modules, named, parsed

RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField", "ParentalKey", "ParentalManyToManyField"}
INTENT = {"0001_initial"}


def test_every_own_app_has_a_place_in_the_order() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name in apps_from_high_to_low()}
    assert ours == set(apps_from_high_to_low())


def test_relations_point_downhill() -> None:
    order = apps_from_high_to_low()
    seen, uphill = 0, []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in order:
            continue
        for field in model._meta.get_fields():
            to = field.related_model
            if field.auto_created or not isinstance(to, type) or to._meta.app_label not in order:
                continue
            if to._meta.label == settings.AUTH_USER_MODEL:
                continue  # whoever signs in is named by a setting, which knows no hill
            seen += 1
            if order.index(to._meta.app_label) < order.index(model._meta.app_label):
                uphill.append(f"{model._meta.label}.{field.name} → {to._meta.label}")
    assert seen > 50
    assert uphill == []


def test_relations_to_another_app_are_written_as_text() -> None:
    """A class would make one app's models impossible to load, or to swap, without the other's."""
    seen, by_class = 0, []
    for path in modules():
        app = named(path).split("/")[0]
        of_other_apps = {
            alias.asname or alias.name
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.ImportFrom) and not node.level and node.module
            for alias in node.names
            if node.module.split(".")[0] != app
        }
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or _called(node) not in RELATIONS or not node.args:
                continue
            seen += 1
            if isinstance(node.args[0], ast.Name) and node.args[0].id in of_other_apps:
                by_class.append(f"{named(path)}:{node.lineno} {node.args[0].id}")
    assert seen > 40
    assert by_class == []


@pytest.fixture(scope="module")
def migrations() -> MigrationLoader:
    return MigrationLoader(None)


def test_migrations_depend_on_apps_below(migrations: MigrationLoader) -> None:
    order = apps_from_high_to_low()
    seen, uphill = 0, []
    for (app, name), migration in migrations.disk_migrations.items():
        if app not in order:
            continue
        for on, which in [*migration.dependencies, *((to, "") for to, _ in migration.run_before)]:
            if which == "__first__" and on == settings.AUTH_USER_MODEL.split(".")[0]:
                continue  # this too is said by the setting
            if on in order and on != app:
                seen += 1
                if order.index(on) < order.index(app):
                    uphill.append(f"{app}.{name} → {on}.{which}")
    assert seen >= 3
    assert uphill == []


def test_migrations_are_named_for_what_they_are_for(migrations: MigrationLoader) -> None:
    ours = [(app, name) for app, name in migrations.disk_migrations if app in apps_from_high_to_low()]
    assert {app for app, name in ours} >= {"accounts", "core", "directory", "home", "search"}
    nameless = [f"{app}.{name}" for app, name in ours if "_auto_" in name or len(name.split("_")) < 2]
    # Django's own names say which operation was done to which field, not what for.
    nameless += [f"{app}.{name}" for app, name in ours if "_and_more" in name or name.count("_alter_") > 1]
    assert nameless == []


def test_only_the_first_migration_of_an_app_is_called_initial(migrations: MigrationLoader) -> None:
    ours = [name for app, name in migrations.disk_migrations if app in apps_from_high_to_low()]
    assert {name for name in ours if "initial" in name} == INTENT


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
