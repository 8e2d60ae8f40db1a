"""All addresses, in two halves that two processes look at, and what has to hold on every page."""

import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

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
from .visiting import MODULES, Visit

KB = 1024
BUDGETS = {"document": 20 * KB, "stylesheet": 25 * KB, "script": 20 * KB, "image": 200 * KB}
MOST_REQUESTS = 8

Look = Callable[[Address], Visit]

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

OPEN = [address for address in ADDRESSES if not (address.who or address.then)]
BEHIND = [address for address in ADDRESSES if address.who or address.then]  # somebody's, or reached by steps
HALVES = ("open", "behind")


def each(addresses: list[Address]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("address", addresses, ids=lambda address: address.name)


def faults(address: Address, seen: Visit) -> list[str]:
    """Whatever is wrong with a page, each with what it is about."""
    found = [f"{mode}: {violation}" for mode, violations in seen.violations.items() for violation in violations]
    found += [f"too wide for 320 px: {box}" for box in seen.too_wide]
    found += [f"from elsewhere: {url}" for url in seen.foreign]
    found += [f"against the policy: {words}" for words in seen.policy]
    if seen.status != address.status:
        found.append(f"answered with {seen.status}, not {address.status}")
    allowed = {"csrftoken", "sessionid", "messages"} if address.keeps_cookie else set()
    found += [f"cookie: {name}" for name in seen.cookies if name not in allowed]
    # A refusal is a line on the console too, and what this address is for.
    expected = address.refused_before or address.status
    refusal = f"Failed to load resource: the server responded with a status of {expected} "
    found += [f"console: {words}" for words in seen.complaints if expected == 200 or not words.startswith(refusal)]
    for kind, size in seen.sizes.items():
        if size > BUDGETS.get(kind, size):
            found.append(f"heavy: {kind} of {size} bytes, of at most {BUDGETS[kind]}")
    if len(seen.requests) > MOST_REQUESTS + address.more_requests:
        found.append(f"requests: {seen.requests}")
    found += [f"not measured: {kind}" for kind in ("document", "stylesheet") if kind not in seen.sizes]
    return found


# ---- the served HTML ------------------------------------------------------------------------------------------------
def said_by_nu(addresses: list[Address], visited: Look, folder: Path) -> dict[str, list[str]]:
    """What the Nu checker finds wrong, by the address's name; all at once, because Java takes long to start."""
    for address in addresses:
        with suppress(Exception):  # a page that could not be opened fails in its own test
            (folder / f"{address.name}.html").write_text(visited(address).html)
    said = check_html(folder)
    assert said, "no page could be opened"
    return {name: messages for name, messages in said.items() if messages}


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


# ---- every template -------------------------------------------------------------------------------------------------
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NOT_FOR_VISITORS = ("wagtail", "blocks/preview.html")  # of the CMS, like everything under a folder called cms


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


def not_looked_at(half: str, addresses: list[Address], visited: Look, folder: Path) -> list[str]:
    """Page templates that neither half has shown. Whoever is second knows; ``folder`` is where both say what they saw."""
    shown = {name for address in addresses for name in visited(address).templates}
    assert shown & page_templates(), "nothing was recorded"
    unfinished = folder / f"{half}.unfinished"
    unfinished.write_text(json.dumps(sorted(shown)))
    unfinished.rename(folder / f"{half}.templates")
    said = [set(json.loads(path.read_text())) for path in folder.glob("*.templates")]
    return sorted(page_templates().difference(*said)) if len(said) == len(HALVES) else []
