"""Making the index anew may break off at any moment: what readers have is never dropped."""

from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock

import pytest

from search.elastic import index
from search.engines import EngineUnavailable


@pytest.fixture
def behind(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A server of which only the aliases and what is dropped are known."""
    aliases: dict[str, list[str]] = {index.read_alias(): ["old"]}
    client = MagicMock()

    def drop(_: Any, names: list[str]) -> None:
        aliases.setdefault("dropped", []).extend(names)

    def turn(*, actions: list[dict[str, Any]]) -> None:
        aliases[index.read_alias()] = [one["add"]["index"] for one in actions if "add" in one]

    client.indices.update_aliases.side_effect = turn
    monkeypatch.setattr(index, "connection", lambda *_: client)
    monkeypatch.setattr(index, "_behind", lambda alias: aliases[alias])
    monkeypatch.setattr(index, "_drop", drop)
    for name in ("_copy", "repair", "tidy"):
        monkeypatch.setattr(index, name, lambda *_: None)
    return aliases


def breaks(*_: Any) -> None:
    raise EngineUnavailable("It does not answer.")


def breaks_after(first: Callable[..., Any]) -> Callable[..., Any]:
    def then(*given: Any) -> None:
        first(*given)
        breaks()

    return then


def test_what_breaks_off_before_it_is_in_use_is_dropped(
    behind: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "repair", breaks)

    with pytest.raises(EngineUnavailable):
        index.rebuild()

    assert behind[index.read_alias()] == ["old"]
    assert len(behind["dropped"]) == 1 and "old" not in behind["dropped"]


def test_what_breaks_off_after_it_is_in_use_stays(
    behind: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_take_into_use", breaks_after(index._take_into_use))

    with pytest.raises(EngineUnavailable):
        index.rebuild()

    assert behind[index.read_alias()] != ["old"]
    assert "dropped" not in behind


def test_what_was_in_use_is_dropped_when_the_new_one_is(behind: dict[str, list[str]]) -> None:
    name = index.rebuild()

    assert behind[index.read_alias()] == [name]
    assert behind["dropped"] == ["old"]
