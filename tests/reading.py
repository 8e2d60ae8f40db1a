"""What somebody reads on a page."""

from typing import Any

from bs4 import BeautifulSoup


def words(response: Any, status: int = 200) -> str:
    """The main part of a page, in one line; asserts that it was answered with ``status``."""
    assert response.status_code == status, response
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ").split())  # type: ignore[union-attr]
