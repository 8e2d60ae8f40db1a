"""What holds on every page that a visitor can open."""

import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .account_record import ACCOUNT_RECORD
from .addresses import VILLAGE, Address
from .attending import ATTENDING
from .behind_the_door import BEHIND_THE_DOOR
from .bookings import BOOKINGS
from .by_link import BY_LINK
from .evidence import EVIDENCE
from .front_door import FRONT_DOOR
from .my_village import MY_VILLAGE
from .profile_changes import PROFILE_CHANGES
from .saved_searches import SAVED_SEARCHES
from .space_bookings import SPACES
from .visiting import MODES, MODULES, TOO_WIDE, Visit, Watch, axe, settle, templates_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NOT_FOR_VISITORS = ("wagtail", "blocks/preview.html")  # of the CMS, like everything under a folder called cms

KB = 1024
BUDGETS = {"document": 20 * KB, "stylesheet": 25 * KB, "script": 20 * KB, "image": 200 * KB}
MOST_REQUESTS = 8

ADDRESSES = [
    *VILLAGE,
    *FRONT_DOOR,
    *SAVED_SEARCHES,
    *BOOKINGS,
    *ATTENDING,
    *SPACES,
    *ACCOUNT_RECORD,
    *BEHIND_THE_DOOR,
    *EVIDENCE,
    *MY_VILLAGE,
    *BY_LINK,
    *PROFILE_CHANGES,
]

Look = Callable[[Address], Visit]
each_address = pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)


@each_address
def test_the_page_opens(address: Address, visited: Look) -> None:
    assert visited(address).status == address.status


@each_address
@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing(address: Address, mode: str, visited: Look) -> None:
    found = visited(address).violations[mode]
    assert not found, f"{visited(address).path}, {mode}:\n" + "\n".join(found)


@each_address
def test_a_narrow_screen_scrolls_in_one_direction(address: Address, visited: Look) -> None:
    assert not visited(address).too_wide


@each_address
def test_nothing_comes_from_elsewhere(address: Address, visited: Look) -> None:
    assert not visited(address).foreign


@each_address
def test_a_reader_gets_no_cookie(address: Address, visited: Look) -> None:
    if address.keeps_cookie:
        assert set(visited(address).cookies) <= {"csrftoken", "sessionid", "messages"}
    else:
        assert not visited(address).cookies


@each_address
def test_the_browser_has_nothing_to_complain_about(address: Address, visited: Look) -> None:
    seen = visited(address)
    # A refusal is a line on the console too, and what this address is for.
    expected = address.refused_before or address.status
    refusal = f"Failed to load resource: the server responded with a status of {expected} "
    assert not [c for c in seen.complaints if expected == 200 or not c.startswith(refusal)]
    assert not seen.policy


@each_address
def test_the_page_is_light(address: Address, visited: Look) -> None:
    seen = visited(address)
    heavy = {kind: size for kind, size in seen.sizes.items() if kind in BUDGETS and size > BUDGETS[kind]}
    assert not heavy, f"{heavy} bytes, of at most {BUDGETS}"
    assert len(seen.requests) <= MOST_REQUESTS + address.more_requests, "\n".join(seen.requests)
    assert {"document", "stylesheet"} <= seen.sizes.keys(), "nothing was measured"


# ---- the served HTML ------------------------------------------------------------------------------------------------
Nu = Callable[[Address], list[str]]


@pytest.fixture(scope="package")
def nu(visited: Look, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Nu:
    """What the Nu checker says of a page. One start of Java for all of its share that this run asks for."""
    items = [item for item in request.session.items if "nu" in getattr(item, "fixturenames", ())]
    asked: list[Address] = [item.callspec.params["address"] for item in items]  # type: ignore[attr-defined]
    shares: dict[int, dict[str, list[str]]] = {}

    def said_of(address: Address) -> list[str]:
        if address.share not in shares:
            folder = tmp_path_factory.mktemp("nu")
            for one in (one for one in asked if one.share == address.share):
                with suppress(Exception):  # a page that could not be opened fails in its own tests
                    (folder / f"{one.name}.html").write_text(visited(one).html)
            shares[address.share] = check_html(folder)
        assert address.name in shares[address.share], "the page could not be opened"
        return shares[address.share][address.name]

    return said_of


def check_html(folder: Path) -> dict[str, list[str]]:
    java, checker = shutil.which("java"), MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not java:
        pytest.skip("no Java found; on Debian: apt-get install default-jre-headless")
    assert checker.is_file(), "the Nu checker is not installed: manage.py build_assets --dev"
    command = [java, "-jar", str(checker), "--format", "json", "--errors-only", "--stdout", "--exit-zero-always"]
    command += map(str, sorted(folder.glob("*.html")))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, list[str]] = {path.stem: [] for path in folder.glob("*.html")}
    for message in json.loads(done.stdout)["messages"]:
        where = f"line {message.get('lastLine')}: {message['message']}\n    {message.get('extract', '').strip()}"
        said[Path(message["url"]).stem].append(where)
    return said


@each_address
def test_nu_finds_no_error(address: Address, nu: Nu) -> None:
    found = nu(address)
    assert not found, "\n".join(found)


# ---- every template -------------------------------------------------------------------------------------------------
def page_templates() -> set[str]:
    """Templates that are a whole page: they extend another one."""
    found = set()
    for path in TEMPLATES.rglob("*.html"):
        name = path.relative_to(TEMPLATES).as_posix()
        if (
            "{% extends" in path.read_text()
            and not name.startswith(NOT_FOR_VISITORS)
            and not {"cms", "email"} & set(name.split("/"))
        ):
            found.add(name)
    return found


def test_every_page_template_is_looked_at(
    visited: Look, seen: dict[str, Visit | Exception], browser: Browser, server: str
) -> None:
    shown: set[str] = set()
    for address in ADDRESSES:
        # What another process looks at is only asked for.
        is_ours = address.name in seen or address.then
        shown |= visited(address).templates if is_ours else templates_of(browser, server, address)
    assert "home/home_page.html" in shown, "nothing was recorded"
    missing = sorted(page_templates() - shown)
    assert not missing, f"add an address for each of these to tests/browser/addresses.py: {missing}"


# ---- proofs that the tests above can fail ---------------------------------------------------------------------------
def test_axe_finds_what_is_planted(browser: Browser, server: str) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(server)
    settle(tab)
    tab.evaluate("""document.querySelector("main").insertAdjacentHTML("beforeend",
      '<img src="/static/svg/mark.svg"><p class="planted">Pale on white</p>');
      document.querySelector(".planted").style.color = "#eee"; """)
    found = "\n".join(axe(tab))
    assert "image-alt" in found and "color-contrast" in found
    tab.context.close()


def test_a_box_that_is_too_wide_is_found(browser: Browser, server: str) -> None:
    tab = browser.new_page(viewport={"width": 320, "height": 640})
    tab.goto(server)
    assert not tab.evaluate(TOO_WIDE)
    tab.evaluate("""document.querySelector("main").insertAdjacentHTML("beforeend",
      '<img width="400" height="20" alt="" src="/static/svg/mark.svg" id="planted">');
      document.querySelector("#planted").style.maxWidth = "none"; """)
    assert any("planted" in words for words in tab.evaluate(TOO_WIDE))
    tab.context.close()


def test_complaints_and_policy_are_seen(browser: Browser, server: str) -> None:
    tab = browser.new_page()
    watch = Watch(server)
    watch.on(tab)
    tab.goto(server)
    tab.evaluate("""() => {
      const picture = new Image();
      picture.src = "https://elsewhere.example/pixel.gif";
      const style = document.createElement("style");
      style.textContent = "p { color: red }";
      document.body.append(picture, style);
    }""")
    tab.wait_for_function("window.refusedByPolicy.length >= 2")
    assert any("img-src" in words or "default-src" in words for words in tab.evaluate("window.refusedByPolicy"))
    assert watch.complaints
    tab.context.close()


def test_requests_to_elsewhere_are_seen(browser: Browser, server: str) -> None:
    tab = browser.new_page()
    watch = Watch(server)
    watch.on(tab)
    tab.set_content('<img src="https://elsewhere.example/pixel.gif" alt="">')  # where no policy holds it back
    settle(tab)
    assert watch.foreign == ["https://elsewhere.example/pixel.gif"]
    tab.context.close()


def test_cookies_are_seen(visited: Look) -> None:
    login = next(address for address in ADDRESSES if address.name == "login")
    assert visited(login).cookies == ["csrftoken"]


def test_nu_finds_what_is_planted(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text('<!DOCTYPE html><html lang="en"><title>Bad</title><p><div></p></html>')
    (tmp_path / "good.html").write_text('<!DOCTYPE html><html lang="en"><title>Good</title><p>Good.</p></html>')
    said = check_html(tmp_path)
    assert said["bad"] and not said["good"]
