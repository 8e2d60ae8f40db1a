"""One loaded village for all tests of this folder, served to Debian's Chromium.

Not pytest-django's ``live_server``: that one empties the database after every test, and loading takes longer than
looking. Each process has a copy of a village that was loaded once.
"""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer
from wagtail.models import Site

from tests import loaded
from tests.run import NO_CHROMIUM, chromium

from .addresses import Address
from .front_door import make_people
from .visiting import PATIENCE, Visit, visit

HERE = Path(__file__).parent
THEIRS = "ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning"  # Wagtail, when it makes a rendition


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder runs in the browser's own process, whoever forgets the mark."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db)  # asks for the test database; without it there is none
            item.add_marker(pytest.mark.filterwarnings(THEIRS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A test that failed says what its pages showed: a wait that ran out tells nothing of itself."""
    report = yield
    if report.when == "call" and report.failed:
        for name, page in getattr(item, "funcargs", {}).items():
            if isinstance(page, Page):
                report.sections.append((f"{name} at {page.url}", _shown(page)))
    return report


def _shown(page: Page) -> str:
    try:
        return page.locator("body").aria_snapshot(timeout=5000)[:20_000]
    except PlaywrightError as error:
        return f"It does not say: {error}"


@pytest.fixture
def _django_db_helper() -> None:
    """pytest-django's own wraps every test in a transaction, which the server would not see."""


@pytest.fixture(scope="package")
def village(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration village, and the people of these tests in it."""
    if not (Path(settings.STATICFILES_DIRS[0]) / "village.css").is_file():
        pytest.fail("The assets are not built: manage.py build_assets --dev")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # Playwright keeps an event loop in this thread, and Django would refuse every query in it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with loaded.village():
            make_people()
            yield


@pytest.fixture(scope="package")
def server(village: None) -> Iterator[str]:
    """The address at which the village is served."""
    # No autosave: where publishing takes longer than until then, the CMS rightly refuses what comes second, and says so.
    settled = {"STAFF_MFA_REQUIRED": False, "WAGTAIL_AUTOSAVE_INTERVAL": 0}
    with override_settings(ROOT_URLCONF="tests.browser.urls", **settled):
        live = LiveServer("127.0.0.1")
        Site.objects.update(hostname=live.thread.host, port=live.thread.port)
        Site.clear_site_root_paths_cache()
        with override_settings(BASE_URL=live.url, WAGTAILADMIN_BASE_URL=live.url):
            yield live.url
        live.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = chromium()
    if not program:
        pytest.skip(NO_CHROMIUM)
    # Root needs --no-sandbox. Nothing but this machine has a name, so that no test can depend on another.
    flags = ["--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    expect.set_options(timeout=PATIENCE)  # theirs is short for a machine that does other things too
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=flags)
        yield found
        found.close()


@pytest.fixture(scope="session")
def of_all_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="package")
def seen() -> dict[str, Visit | Exception]:
    """What this process has looked at, by the address's name: where that makes something, it can be done once."""
    return {}


@pytest.fixture(scope="package")
def visited(browser: Browser, server: str, seen: dict[str, Visit | Exception]) -> Callable[[Address], Visit]:
    """Opens an address once, however many tests ask what was seen there."""

    known_sizes: dict[str, int] = {}  # of files, by their address

    def look(address: Address) -> Visit:
        if address.name not in seen:
            try:
                seen[address.name] = visit(browser, server, address, known_sizes)
            except Exception as error:  # noqa: BLE001 -- raised again below, in every test of the address
                seen[address.name] = error
        found = seen[address.name]
        if isinstance(found, Exception):
            raise found
        return found

    return look
