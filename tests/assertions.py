"""What must be true of every public page, whoever wrote it. Used by the tests of all apps."""

from bs4 import BeautifulSoup
from django.http import HttpResponse

DATA_BLOCKS = {"application/ld+json", "application/json"}
ADDRESSES = {"src", "href", "srcset", "action", "poster"}
LOADED = {"img", "script", "link", "source", "iframe", "audio", "video", "embed", "object"}


def assert_public_page(response: HttpResponse, status: int = 200) -> BeautifulSoup:
    """Assert that ``response`` is a whole page that any reader may be given, and return it parsed.

    No inline style or script and nothing loaded from elsewhere (so that it works under ``default-src 'self'``), no
    cookie, one main heading, a language, a title, a description, every picture with an alternative, every id once.
    """
    assert response.status_code == status
    assert not response.cookies, f"sets cookies for anybody: {list(response.cookies)}"
    assert "cookie" not in response.get("Vary", "").lower(), "looked at the session, so it can't be cached"
    page = BeautifulSoup(response.content, "html.parser")
    assert_no_inline_code(page)
    assert_nothing_from_elsewhere(page)
    assert page.html and page.html.get("lang") == "en-GB"
    assert page.title and page.title.get_text(strip=True).removesuffix("– Innovation Village Leeds").strip(), "no title"
    assert len(page.find_all("h1")) == 1, f"main headings: {[h.get_text(strip=True) for h in page.find_all('h1')]}"
    assert page.find("main", id="main"), "no main part to skip to"
    assert page.find("a", class_="nhsuk-skip-link", href="#main"), "no link to skip to the main part"
    description = page.find("meta", attrs={"name": "description"})
    assert description and description.get("content", "").strip(), "no description"
    assert not [img for img in page.find_all("img") if not img.has_attr("alt")], "a picture without alt"
    ids = [element["id"] for element in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"ids used twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    return page


def assert_no_inline_code(page: BeautifulSoup) -> None:
    for element in page.find_all(True):
        inline = [name for name in element.attrs if name == "style" or name.startswith("on")]
        assert not inline, f"inline {inline} on {str(element)[:120]}"
        if element.name == "style":
            raise AssertionError(f"inline style sheet: {str(element)[:120]}")
        if element.name == "script" and not element.get("src"):
            assert element.get("type") in DATA_BLOCKS, f"inline script: {str(element)[:120]}"
        assert not str(element.get("href", "")).lower().startswith("javascript:"), "script in a link"


def assert_nothing_from_elsewhere(page: BeautifulSoup) -> None:
    for element in page.find_all(LOADED):
        if element.name == "link" and set(element.get("rel", [])) & {"canonical", "alternate", "search"}:
            continue  # named, not loaded
        for name in ADDRESSES & element.attrs.keys():
            for address in str(element[name]).split(","):
                assert not address.strip().startswith(("http:", "https:", "//", "data:")), (
                    f"loads {address.strip()[:120]}"
                )
