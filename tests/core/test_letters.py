"""The house's letters: text and HTML that say the same, and nothing that a mail program has to fetch."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from core.letters import letter
from tests.structure.house import ROOT

CONTEXT: dict[str, Any] = {
    "title": "Everything for “<R&D>”",
    "confirm_url": "https://village.example/confirm/",
    "manage_url": "https://village.example/manage/",
    "unsubscribe_url": "https://village.example/unsubscribe/",
    "space_url": "https://village.example/spaces/aire/",
    "staff_url": "https://village.example/staff/enquiries/1/",
    "settings_url": "https://village.example/my/notifications/",
    "url": "https://village.example/it/",
    "sections": [
        {
            "title": "Organisations",
            "url": "https://village.example/list/",
            "documents": [{"title": "Works & Co", "summary": "<b>Bold</b>", "url": "https://village.example/works/"}],
            "more": 1234,
        }
    ],
    "total": 1235,
    "asks": True,
    "days": 7,
    # of a booking
    "words": {
        "subject": "You have a place: “<R&D>”",
        "heading": "You have a place",
        "lead": ["We look forward to seeing you at “<R&D>”."],
        "notice": "Bring <b>Bold</b> shoes.",
        "button": ("See it", "https://village.example/manage/"),
        "after": ["Can’t you come? Cancel."],
        "shows_directions": True,
    },
    "event": {"title": "“<R&D>”", "access": "Step-free & quiet"},
    "event_url": "https://village.example/events/it/",
    "join_url": "https://village.example/events/it/join/signed/",
    "when": ["Tuesday 30 March 2027, 9:30 to 12:30"],
    "where": ["Aire", "Old Medical School"],
    "is_theirs": True,
    # of news
    "letter": {"subject": "News of “<R&D>”", "text": "Come to “<R&D>”.\n\nThen see <b>Bold</b> things."},
    "topics": ["Events", "Calls & prizes"],
}
NAMES = sorted(
    path.relative_to(ROOT / "templates").as_posix().removesuffix("_message.html")
    for path in (ROOT / "templates").rglob("email/*_message.html")
)
EACH = pytest.mark.parametrize("name", NAMES)


def test_there_are_letters() -> None:
    assert {"search/email/confirm", "search/email/already_saved", "search/email/digest"} <= set(NAMES)


@EACH
def test_text_and_html_lead_to_the_same_places(name: str) -> None:
    message = letter(name, to="ada@example.org", context=CONTEXT)
    html = BeautifulSoup(str(message.alternatives[0].content), "html.parser")
    links = {address for link in html.find_all("a") if not (address := str(link["href"])).startswith("mailto:")}
    assert links == set(re.findall(r"https?://\S+", str(message.body)))
    assert f"{settings.BASE_URL}/" in links
    assert message.to == ["ada@example.org"] and message.subject and "\n" not in message.subject
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


@EACH
def test_a_letter_fetches_nothing_and_reads_well_without_style(name: str) -> None:
    """No tables and no pictures: nothing that tells whether it was opened."""
    message = letter(name, to="ada@example.org", context=CONTEXT)
    html = BeautifulSoup(str(message.alternatives[0].content), "html.parser")
    assert html.html["lang"] == "en-GB" and html.title.get_text(strip=True)
    assert len(html.find_all("h1")) == 1
    assert not html.find_all(["img", "table", "link", "script", "iframe", "form"])
    style = html.style.get_text()
    assert "url(" not in style and "@import" not in style
    assert "prefers-color-scheme: dark" in style
    assert html.find("meta", attrs={"name": "color-scheme", "content": "light dark"})


@EACH
def test_words_are_escaped_in_html_and_plain_in_text(name: str) -> None:
    message = letter(name, to="ada@example.org", context=CONTEXT)
    text, html = str(message.body), str(message.alternatives[0].content)
    assert "&amp;" not in text + message.subject and "&lt;" not in text
    assert "<R&D>" not in html and "<b>Bold" not in html
    assert "\n\n\n" not in text


def test_headers_are_added() -> None:
    message = letter("search/email/confirm", to="a@example.org", context=CONTEXT, headers={"Precedence": "bulk"})
    assert message.extra_headers == {"Auto-Submitted": "auto-generated", "Precedence": "bulk"}
