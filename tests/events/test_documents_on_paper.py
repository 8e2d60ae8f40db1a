"""What is printed: everybody's name as it is spelt, and nothing that others need not know."""

from io import BytesIO
from typing import Any

import pytest
import segno
from django.test import Client
from pypdf import PdfReader

from core.qr_codes import modules, qr_svg
from events.attendance import pdf
from events.bookings.choices import NeedKind
from home.models import HomePage
from tests.factories.attendance import keeper
from tests.factories.bookings import book, bookable

NAMES = ("Erdős Pál", "Łukasz Żółć", "Siân Ŵyn", "İpek Şahin", "Ștefan Țepeș", "Đorđe", "O’Neill–Smith")


class Somebody:
    def __init__(self, name: str, organisation: str = "") -> None:
        self.name, self.organisation = name, organisation


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def stated(**values: str) -> pdf.Stated:
    usual = dict.fromkeys(("name", "event", "when", "where", "minutes", "number", "issued", "address"), "x")
    return pdf.Stated(**(usual | values))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_printed_as_it_is_spelt(name: str) -> None:
    assert name in text_of(pdf.badges([Somebody(name)], "Talk"))
    assert name in text_of(pdf.sign_in_sheet([Somebody(name)], "Talk", "Today"))
    assert name in text_of(pdf.certificate(stated(name=name)))


def test_fonts_are_in_the_file() -> None:
    page = PdfReader(BytesIO(pdf.badges([Somebody("Łukasz")], "Talk"))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    embedded = [font for font in fonts if "/FontDescriptor" in font and "/FontFile2" in font["/FontDescriptor"]]
    assert embedded and any("SourceSansPro" in str(font["/BaseFont"]) for font in embedded)


def test_a_long_name_stays_on_its_badge_and_a_sheet_takes_eight() -> None:
    name = "Maximiliana Alexandrowna von Hohenzollern-Sigmaringen"
    printed = pdf.badges([Somebody(name, "Org " * 60)] + [Somebody(f"Person {n}") for n in range(8)], "E " * 200)
    assert len(PdfReader(BytesIO(printed)).pages) == 2
    assert all(word in text_of(printed) for word in name.split())


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (15, 1), (300, 13)])
def test_the_sheet_has_room_for_everybody_and_some_more(people: int, pages: int) -> None:
    printed = pdf.sign_in_sheet([Somebody(f"Person {n}") for n in range(people)], "Talk", "Today")
    assert len(PdfReader(BytesIO(printed)).pages) == pages
    assert f"Page 1 of {pages}" in text_of(printed)


def test_a_certificate_says_what_it_has_to() -> None:
    words = {"name": "Ada Lovelace", "event": "A course", "when": "4 days", "where": "Old Medical School"}
    words |= {"minutes": "165 minutes of CPD (2 h 45 min)", "number": "7KQM-X2VD-9AHT-CW4P", "issued": "25 May 2027"}
    words |= {"address": "https://village.example/events/certificates/7KQM-X2VD-9AHT-CW4P/"}
    text = text_of(pdf.certificate(stated(**words)))
    assert [word for word in words.values() if word not in text] == []


def test_the_same_document_is_the_same_file() -> None:
    assert pdf.certificate(stated()) == pdf.certificate(stated())


def test_a_qr_code_is_drawn_module_for_module() -> None:
    code = segno.make("https://village.example/", error="m", micro=False)
    drawn = {(x + n, y) for x, y, length in modules("https://village.example/") for n in range(length)}
    dark = {(x, y) for y, row in enumerate(code.matrix_iter(border=4)) for x, is_dark in enumerate(row) if is_dark}
    assert drawn == dark
    svg = qr_svg("x", "<b>")
    assert "style=" not in svg and "<title>&lt;b&gt;</title>" in svg


def test_badges_and_sheets_say_nothing_private(client: Client, home: HomePage, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(keeper())
    event = bookable(5)
    book(
        event,
        "secret-address@example.org",
        name="Ada Lovelace",
        organisation_name="Analytical Engines",
        needs={NeedKind.ACCESS: "Secret need"},
    )
    code = event.bookings.get().attendees.get().code
    for document in ("badges.pdf", "sign-in.pdf"):
        response = client.get(f"/events/{event.slug}/door/{document}")
        assert response["Content-Type"] == "application/pdf"
        text = text_of(response.content)
        assert "Ada Lovelace" in text and "Analytical Engines" in text
        assert not [word for word in ("secret-address", "Secret need", code) if word in text]
