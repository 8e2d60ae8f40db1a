"""JSON with the line of every entry of its outermost list."""

import json
from typing import Any, NoReturn

from .faults import Fault, Refused
from .values import Items, Mapping, Value

WHITE = " \t\r\n"
DEPTH_LIMIT = 20


class _RepeatedKey(ValueError):
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKey(key)
        found[key] = value
    return found


def _no_such_number(word: str) -> NoReturn:
    raise json.JSONDecodeError(f"{word} is not a number", word, 0)


# Numbers stay as they were written; a register number is not a quantity.
DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=_no_such_number)


def read_json(text: str) -> Value:
    """Return what ``text`` holds. Raises Refused with the line of the first mistake."""
    position = _skip(text, 0)
    try:
        if text[position : position + 1] != "[":
            value, end = DECODER.raw_decode(text, position)
            if _skip(text, end) != len(text):
                raise json.JSONDecodeError("there is something after the end", text, end)
            return _convert(value, _line(text, position))
        return _rows(text, position)
    except json.JSONDecodeError as error:
        raise Refused([Fault(_line(text, error.pos), f"this is not JSON: {error.msg}.")]) from error
    except _RepeatedKey as error:
        raise Refused([Fault(0, "an entry has this field twice. Keep one.", str(error))]) from error
    except RecursionError as error:
        raise Refused([Fault(0, f"it is nested more than {DEPTH_LIMIT} levels deep. Write it flatter.")]) from error


def _rows(text: str, start: int) -> Items:
    """Decode a list entry by entry, so that each knows its line."""
    rows, position = Items(_line(text, start)), _skip(text, start + 1)
    line, counted = rows.line, start  # counted on from the entry before, not from the top each time
    while text[position : position + 1] != "]":
        line, counted = line + text.count("\n", counted, position), position
        value, end = DECODER.raw_decode(text, position)
        rows.add(_convert(value, line), line)
        position = _skip(text, end)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
        elif text[position : position + 1] != "]":
            raise json.JSONDecodeError("expected a comma or the closing ]", text, position)
    if (end := _skip(text, position + 1)) != len(text):
        raise json.JSONDecodeError("there is something after the closing ]", text, end)
    return rows


def _convert(value: Any, line: int, depth: int = 0) -> Value:
    if depth > DEPTH_LIMIT:
        raise RecursionError
    if isinstance(value, dict):
        mapping = Mapping(line)
        for key, child in value.items():
            mapping.add(key, _convert(child, line, depth + 1), line)
        return mapping
    if isinstance(value, list):
        items = Items(line)
        for child in value:
            items.add(_convert(child, line, depth + 1), line)
        return items
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in WHITE:
        position += 1
    return position


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
