"""Fixtures of the whole suite. Those of one app stand in its own conftest."""

import os
import secrets
import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from PIL import AvifImagePlugin, Image
from wagtail.models import Site

from core import guards, page_cache
from home.models import HomePage
from search import query_log
from tests import made_once
from tests.factories.home import HomePageFactory
from tests.guards import drop_triggers
from tests.unindexed import nothing_indexed

# Files of few tests and many minutes. They are begun first: begun last, the other process would have nothing left to do.
LONG = {
    *("village/test_demonstration.py", "village/test_relevance.py", "directory/test_load_directory.py"),
    *("events/test_booking_race.py", "events/test_booking_machine.py", "spaces/test_contending.py"),
    *("home/test_schemathesis.py", "tenancy/test_search_at_size.py", "matrix/test_due_letters.py"),
}
NOT_SOUGHT = {  # folders of tests, and files of others
    *("accounts", "events", "impact", "spaces", "tenancy"),
    *("directory/test_cms.py", "directory/test_importing.py", "directory/test_importing_files.py"),
    *("directory/test_importing_lists.py", "directory/test_importing_refusals.py", "directory/test_importing_undo.py"),
    *("directory/test_imports_view.py", "directory/test_open_referral.py", "directory/test_profile_questions.py"),
    *("home/test_home_page.py", "home/test_publishing.py", "home/test_structured_data.py"),
}
Rows = dict[type[models.Model], tuple[list[str], list[tuple[Any, ...]]]]
after_migrations = pytest.StashKey[Rows]()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """What one test remembered is not there for the next."""
    cache.clear()
    page_cache._remembered.clear()
    yield
    cache.clear()
    query_log.discard()


@pytest.fixture(autouse=True, scope="session")
def _no_files_left() -> Iterator[None]:
    """The pictures that tests uploaded go with them."""
    yield
    shutil.rmtree(Path(settings.MEDIA_ROOT), ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _pictures_in_haste() -> Iterator[None]:
    """AVIF as fast as it can be had: half as large again, in a twentieth of two seconds for each picture of a page's width."""

    def save(picture: Image.Image, file: IO[bytes], name: str | bytes) -> None:
        picture.encoderinfo.setdefault("speed", 10)
        AvifImagePlugin._save(picture, file, name)

    Image.init()  # what registers itself later would take its place
    Image.register_save("AVIF", save)
    yield
    Image.register_save("AVIF", AvifImagePlugin._save)


@pytest.fixture(autouse=True)
def _as_little_as_is_sought(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where nothing is sought, nothing is indexed either. Marked ``indexed``, a test has all."""
    folder = request.path.parent.name
    not_sought = {folder, f"{folder}/{request.path.name}"} & NOT_SOUGHT
    with nullcontext() if request.node.get_closest_marker("indexed") or not not_sought else nothing_indexed():
        yield


@pytest.fixture
def home(db: None) -> HomePage:
    """The page at ``/``; what the factories make stands below it."""
    Site.clear_site_root_paths_cache()
    return HomePageFactory()


@pytest.fixture
def statements(
    settings: Any, client: Client, home: HomePage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str], int]:
    """``statements("/directory/")``: how many SQL statements the page costs once the process knows what every page needs.

    As in production, but with no page answered from memory.
    """
    settings.VAR_DIR = tmp_path  # where the version of the content is kept
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    monkeypatch.setattr(page_cache, "may_be_answered", lambda request: False)
    # Nothing of another test whose clock stood at the same moment.
    monkeypatch.setattr(page_cache, "_remembered", OrderedDict())
    page_cache.bump()

    def count(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
        assert response.status_code == 200
        assert captured.captured_queries, "nothing was counted"
        return len(captured.captured_queries)

    return count


# ---- engines of search ----------------------------------------------------------------------------------------------
@contextmanager
def asking_elasticsearch() -> Iterator[str]:
    """Search asks a real Elasticsearch, under a name of its own; what changes is sent and searchable at once."""
    from search import breaker, engine
    from search.elastic import client, index, outbox
    from search.engines import EngineUnavailable

    url = os.environ.get("TEST_ELASTICSEARCH_URL")
    if not url:
        pytest.skip("TEST_ELASTICSEARCH_URL names no server; `make test` starts one where it can be assembled")
    prefix = f"test-{secrets.token_hex(6)}"
    with override_settings(ELASTICSEARCH_URL=url, ELASTICSEARCH_PREFIX=prefix), pytest.MonkeyPatch.context() as patch:
        server = client.connection(client.WRITING)

        def send_now() -> None:
            with suppress(EngineUnavailable):  # as in production, what is noted waits for the server, or for its index
                outbox.send()
                server.indices.refresh(index=index.read_alias())

        patch.setattr(outbox, "send_after_commit", send_now)  # the transaction of a test never commits
        patch.setattr(engine, "_breaker", breaker.Breaker())
        outbox.forget()
        yield url
        for name in server.indices.get(index=f"{prefix}-*", expand_wildcards="open"):
            server.indices.delete(index=name)


@pytest.fixture
def elasticsearch() -> Iterator[str]:
    with asking_elasticsearch() as url:
        yield url


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def each_engine(request: pytest.FixtureRequest) -> str:
    """Runs a test on the engine of the database and on Elasticsearch."""
    if request.param == "elasticsearch":
        request.getfixturevalue("elasticsearch")
    return str(request.param)


# ---- databases ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """What is in the place of the test database is a copy that the next fixture put there, and takes away again."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    name: str = connection.creation._get_test_db_name()  # type: ignore[attr-defined] # by now of this process alone
    url = os.environ.get("DATABASE_URL", "")
    made_once.copy(made_once.MIGRATED, url, name)
    yield
    connection.close()
    made_once.drop(url, name)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> None:
    """Remember what the migrations put in, such as Wagtail's root page: transactional tests flush it away."""
    with django_db_blocker.unblock():
        request.config.stash[after_migrations] = _rows()


@pytest.fixture
def _put_back_after(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After a transactional test and its flush, put back what the migrations made."""
    yield
    if _is_transactional(request.node):
        with django_db_blocker.unblock():
            _put_back(request.config.stash[after_migrations])
            connection.close()


@pytest.fixture
def _django_db_helper(_put_back_after: None, _django_db_helper: None) -> None:
    """pytest-django's own fixture, which flushes; ours comes first, so that it is taken down last."""


def _is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server", "django_db_reset_sequences"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or bool(marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,)))


def _tables() -> list[type[models.Model]]:
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]


def _rows() -> Rows:
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in _tables():
            columns = [field.column for field in model._meta.local_concrete_fields if not field.generated]
            names = ", ".join(connection.ops.quote_name(column) for column in columns)
            cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(model._meta.db_table)}")
            found[model] = (columns, cursor.fetchall())
    return found


def _put_back(rows: Rows) -> None:
    """Empty every table and fill it as it was. Foreign keys are checked at the end of the transaction, so order is free.

    A ledger refuses to be emptied: meanwhile nothing is guarded.
    """
    for guard in guards._guards:
        drop_triggers(guard)
    with transaction.atomic(), connection.cursor() as cursor:
        for model in rows:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
        for model, (columns, values) in rows.items():
            if values:
                names = ", ".join(connection.ops.quote_name(column) for column in columns)
                places = ", ".join(["%s"] * len(columns))
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
    for guard in guards._guards:
        guard.install()
    ContentType.objects.clear_cache()
    cache.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests for one database are skipped, with the reason, on the other; long files come first."""
    items.sort(key=lambda item: f"{item.path.parent.name}/{item.path.name}" not in LONG)
    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="this run's database is SQLite; the PostgreSQL run has it"))
