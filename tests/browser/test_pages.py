"""What holds on every page that anybody can open by its address; and that each fault of a page would be seen."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from .addresses import Address
from .every_page import (
    ADDRESSES,
    BUDGETS,
    MOST_REQUESTS,
    OPEN,
    Look,
    check_html,
    each,
    faults,
    not_looked_at,
    said_by_nu,
)
from .visiting import TOO_WIDE, Visit, Watch, axe, settle


@each(OPEN)
def test_nothing_is_wrong_with_the_page(address: Address, visited: Look) -> None:
    assert faults(address, visited(address)) == []


def test_nu_finds_no_error(visited: Look, tmp_path: Path) -> None:
    assert said_by_nu(OPEN, visited, tmp_path) == {}


def test_every_page_template_is_looked_at(visited: Look, of_all_processes: Path) -> None:
    missing = not_looked_at("open", OPEN, visited, of_all_processes)
    assert not missing, f"add an address for each of these to tests/browser/addresses.py: {missing}"


def test_without_motion_a_page_looks_the_same() -> None:
    """So that nobody needs to look at each of them once more."""
    sheet = (Path(settings.STATICFILES_DIRS[0]) / "village.css").read_text()
    blocks = re.findall(r"@media\s*\(prefers-reduced-motion:\s*reduce\)\s*\{((?:[^{}]+\{[^{}]*\})+)\}", sheet)
    assert len(blocks) == sheet.count("prefers-reduced-motion") > 0
    said = {name for block in blocks for name in re.findall(r"[{;]\s*([a-z-]+)\s*:", block)}
    assert said <= {"animation", "animation-duration", "transition", "border-style"}


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


GOOD = Visit(
    path="/",
    status=200,
    html="",
    templates=frozenset(),
    cookies=[],
    foreign=[],
    complaints=[],
    policy=[],
    requests=["/", "/static/village.css"],
    sizes={"document": 1, "stylesheet": 1},
    violations={"wide": [], "narrow": []},
    too_wide=[],
)


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ({"status": 500}, "answered with 500"),
        ({"violations": {"narrow": ["image-alt"]}}, "narrow: image-alt"),
        ({"too_wide": ["a box"]}, "too wide for 320 px: a box"),
        ({"foreign": ["https://elsewhere.example/"]}, "from elsewhere: https://elsewhere.example/"),
        ({"cookies": ["sessionid"]}, "cookie: sessionid"),
        ({"complaints": ["a mistake"]}, "console: a mistake"),
        ({"policy": ["img-src"]}, "against the policy: img-src"),
        ({"sizes": {"document": BUDGETS["document"] + 1, "stylesheet": 1}}, "heavy: document"),
        ({"requests": ["/"] * (MOST_REQUESTS + 1)}, "requests: "),
        ({"sizes": {"document": 1}}, "not measured: stylesheet"),
    ],
)
def test_each_fault_is_told(planted: dict[str, Any], told: str) -> None:
    address = Address("home", "/")
    assert faults(address, GOOD) == []
    [fault] = faults(address, replace(GOOD, **planted))
    assert fault.startswith(told)


def test_cookies_are_seen(visited: Look) -> None:
    login = next(address for address in ADDRESSES if address.name == "login")
    assert visited(login).cookies == ["csrftoken"]


def test_nu_finds_what_is_planted(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text('<!DOCTYPE html><html lang="en"><title>Bad</title><p><div></p></html>')
    (tmp_path / "good.html").write_text('<!DOCTYPE html><html lang="en"><title>Good</title><p>Good.</p></html>')
    said = check_html(tmp_path)
    assert said["bad"] and not said["good"]
