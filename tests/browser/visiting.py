"""Opening a page as a reader does, and keeping what the browser saw."""

import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.test.signals import template_rendered
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from .addresses import Address
from .front_door import session_of

MODULES = Path(__file__).resolve().parents[2] / "assets" / "node_modules"

PATIENCE = 60_000  # milliseconds; a starved machine is slow, and only what hangs is a failure
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
# Without motion a page has the same colours and boxes: `test_without_motion_a_page_looks_the_same`.
MODES: dict[str, tuple[Any, dict[str, Any]]] = {
    "wide": (WIDE, {}),
    "forced colours": (WIDE, {"forced_colors": "active"}),
    "narrow": (NARROW, {}),
}
NO_EMULATION = {"forced_colors": "none"}

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]}
# What a page is made of is the same with other colours: only what is seen can differ.
RULES_OF_SIGHT = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN_AXE = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.map(({id, help, nodes}) =>
    `${id}: ${help}\\n` + nodes.map((node) => `    ${node.html.slice(0, 200)}\\n      ${
      node.any.concat(node.all, node.none).map((check) => check.message).join("; ")}`).join("\\n"));
}"""
# The scroll width of the root says nothing where `overflow` hides it; so the boxes are asked too.
TOO_WIDE = """() => {
  const {clientWidth: wide, scrollWidth} = document.documentElement;
  const found = scrollWidth > wide ? [`the page is ${scrollWidth} px wide`] : [];
  const isCut = (box) => box && box !== document.body && (
    getComputedStyle(box).overflowX !== "visible" || isCut(box.parentElement));
  for (const box of document.body.querySelectorAll("*:not(svg *, .nhsuk-skip-link)")) {
    const {left, right, width, height} = box.getBoundingClientRect();
    if (width > 1 && height > 1 && (right > wide + 1 || left < -1) && !isCut(box.parentElement))
      found.push(`${Math.round(left)} to ${Math.round(right)} px: ${box.outerHTML.slice(0, 120)}`);
  }
  return found.slice(0, 5);
}"""
LAZY = "() => [...document.images].filter((one) => one.loading === 'lazy').map((one) => one.currentSrc)"
WATCH_POLICY = """
  window.refusedByPolicy = [];
  document.addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sourceFile, lineNumber}) =>
    window.refusedByPolicy.push(`${violatedDirective}: ${blockedURI} in ${sourceFile}, line ${lineNumber}`));
"""


# In forced colours Chromium still reports the style sheet's colour here, and axe would judge that instead of `color`.
READ_COLOUR_ALONE = """() => {
  const read = CSSStyleDeclaration.prototype.getPropertyValue;
  CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
    return name === "-webkit-text-fill-color" ? "" : read.call(this, name);
  };
}"""


@cache
def axe_source() -> str:
    source = MODULES / "axe-core" / "axe.min.js"
    assert source.is_file(), "axe is not installed: manage.py build_assets --dev"
    return source.read_text()


def axe(tab: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds wrong on the page as it is shown now."""
    if not tab.evaluate("typeof axe === 'object'"):
        tab.evaluate(axe_source())
        tab.evaluate(READ_COLOUR_ALONE)
    found: list[str] = tab.evaluate(RUN_AXE, rules)
    return found


def settle(tab: Page) -> None:
    """Wait for everything that the page loads: without the fonts, a request for one is seen only now and then."""
    tab.evaluate("document.fonts.ready.then(() => true)")
    tab.wait_for_load_state("networkidle")


@dataclass
class Watch:
    """What a page asks for and complains about while it is open."""

    base: str
    loaded: list[Request] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    under_way: set[Request] = field(default_factory=set)

    def on(self, tab: Page) -> None:
        tab.on("request", self._requested)
        tab.on("requestfinished", self._ended)
        tab.on("requestfailed", self._ended)
        tab.on("console", self._said)
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.add_init_script(WATCH_POLICY)

    def _requested(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        self.under_way.add(request)
        if request.url.startswith(f"{self.base}/"):
            self.loaded.append(request)
        else:
            self.foreign.append(request.url)

    def _ended(self, request: Request) -> None:
        self.under_way.discard(request)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append("\n".join([message.text, *(str(a.json_value())[:6000] for a in message.args[1:])]))

    def settle(self, tab: Page) -> None:
        """Wait for what the page has asked for, fonts too; without ``settle``'s half a second to see that nothing follows."""
        tab.evaluate("document.fonts.ready.then(() => true)")
        until = time.monotonic() + PATIENCE / 1000
        while self.under_way:
            assert time.monotonic() < until, [request.url for request in self.under_way]
            tab.wait_for_timeout(20)

    def forget(self) -> None:
        for kept in (self.loaded, self.foreign, self.complaints):
            kept.clear()


@dataclass
class Visit:
    """One page, as the browser saw it."""

    path: str
    status: int
    html: str  # as served
    templates: frozenset[str]
    cookies: list[str]
    foreign: list[str]
    complaints: list[str]
    policy: list[str]
    requests: list[str]  # without pictures that are fetched as the reader comes near
    sizes: dict[str, int]  # of what these brought by kind, in bytes as gzip sends them
    violations: dict[str, list[str]]
    too_wide: list[str]


@contextmanager
def rendered() -> Iterator[set[str]]:
    """The names of templates that the server renders meanwhile."""
    names: set[str] = set()

    def note(sender: Any, template: Any, **kwargs: Any) -> None:
        if template.name:
            names.add(template.name)

    template_rendered.connect(note)
    try:
        yield names
    finally:
        template_rendered.disconnect(note)


def _sizes(tab: Page, document: bytes, requests: list[Request], known: dict[str, int]) -> dict[str, int]:
    """Sizes by kind. Files are fetched once more: of those that it had in memory the browser gives no content."""
    found = {"document": _size(document)}
    for request in requests:
        if request.resource_type in ("stylesheet", "script", "image"):
            if request.url not in known:
                known[request.url] = _size(tab.request.get(request.url).body())
            found[request.resource_type] = found.get(request.resource_type, 0) + known[request.url]
    return found


def _size(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def visit(browser: Browser, base: str, address: Address, known_sizes: dict[str, int]) -> Visit:
    """Open ``address`` in a fresh browser and look at it in every mode."""
    with _asked_by(browser, base, address) as context:
        path = address.resolved()
        with rendered() as templates:
            tab = context.new_page()
            tab.set_default_timeout(PATIENCE)
            watch = Watch(base)
            watch.on(tab)
            answer = tab.goto(base + path)
            if address.then:
                watch.settle(tab)
                templates.clear()
                watch.forget()
                answer = address.then(tab)
            watch.settle(tab)
            assert answer is not None
        violations = {"wide": axe(tab)}  # meanwhile it asks for whatever it asks for by itself
        watch.settle(tab)
        lazy = set(tab.evaluate(LAZY))
        begins = max(i for i, request in enumerate(watch.loaded) if request.is_navigation_request())
        at_once = [request for request in watch.loaded[begins:] if request.url not in lazy]
        for name, (size, emulation) in MODES.items():
            if name not in violations:
                tab.set_viewport_size(size)
                tab.emulate_media(**{**NO_EMULATION, **emulation})
                violations[name] = axe(tab, RULES_OF_SIGHT if emulation else RULES)
        return Visit(
            path=path,
            status=answer.status,
            html=answer.text(),
            templates=frozenset(templates),
            cookies=[str(cookie.get("name")) for cookie in context.cookies()],
            foreign=list(watch.foreign),
            complaints=list(watch.complaints),
            policy=tab.evaluate("window.refusedByPolicy"),
            requests=[urlsplit(request.url).path for request in at_once],
            sizes=_sizes(tab, answer.body(), at_once, known_sizes),
            violations=violations,
            too_wide=tab.evaluate(TOO_WIDE),  # it is narrow now
        )


@contextmanager
def _asked_by(browser: Browser, base: str, address: Address) -> Iterator[BrowserContext]:
    """A fresh browser, in which whoever opens the address is signed in."""
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    try:
        if address.who:
            context.add_cookies([{"name": "sessionid", "value": session_of(address.who), "url": base}])
        yield context
    finally:
        context.close()
