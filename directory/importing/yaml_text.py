"""YAML with the line of everything in it, read from the parser's events: no tag is obeyed and no reference followed."""

from typing import Any

import yaml

from .faults import Fault, Refused
from .values import Items, Mapping, Value

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEPTH_LIMIT = 20
NOTHING = {"", "~", "null", "Null", "NULL"}


def read_yaml(text: str) -> Value:
    """Return what ``text`` holds, with every scalar as the text that was written.

    Raises Refused with the line: for what is not YAML, a field given twice, deep nesting, and for anchors, aliases and tags,
    with which a short file can ask for endless memory.
    """
    try:
        return _build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "unreadable"
        line = mark.line + 1 if mark else 0
        raise Refused(
            [Fault(line, f"this is not YAML: {problem}. Look at the indentation, colons and quotes.")]
        ) from error
    except yaml.YAMLError as error:
        raise Refused([Fault(0, f"this is not YAML: {' '.join(str(error).split())}.")]) from error


def _refuse_cleverness(event: yaml.Event, line: int) -> None:
    """Raise Refused for what makes a file hard to judge line by line."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        words = "anchors (&) and aliases (*) are not read here. Write the value out, or quote it."
        raise Refused([Fault(line, words)])
    tag = getattr(event, "tag", None)
    if isinstance(event, yaml.NodeEvent) and tag not in {None, "!"}:
        raise Refused([Fault(line, f"tags such as “{tag}” are not read here. Take it out, or quote the value.")])


def _build(text: str) -> Value:
    root = Items(1)  # collects the documents
    open_: list[Items | Mapping] = [root]
    keys: list[tuple[str, int] | None] = [None]  # the key that waits for its value, one for each open collection

    def put(value: Value, line: int) -> None:
        parent = open_[-1]
        if isinstance(parent, Items):
            parent.add(value, line)
            return
        waiting = keys[-1]
        if waiting is not None:
            parent.add(waiting[0], value, waiting[1])
            keys[-1] = None
        elif not isinstance(value, str):
            raise Refused([Fault(line, "a field needs a plain name.")])
        elif value in parent:
            raise Refused([Fault(line, "this field is given twice in one entry. Keep one.", value[:40])])
        else:
            keys[-1] = (value, line)

    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        _refuse_cleverness(event, line)
        if isinstance(event, yaml.ScalarEvent):
            put(None if not event.style and event.value in NOTHING and not _is_key(open_, keys) else event.value, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(open_) > DEPTH_LIMIT:
                raise Refused([Fault(line, f"it is nested more than {DEPTH_LIMIT} levels deep. Write it flatter.")])
            new: Items | Mapping = Items(line) if isinstance(event, yaml.SequenceStartEvent) else Mapping(line)
            put(new, line)
            open_.append(new)
            keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            open_.pop()
            keys.pop()
    if len(root) > 1:
        raise Refused([Fault(root.line_of(1), "it holds more than one document. Take out the line “---”.")])
    return root[0] if root else None


def _is_key(open_: list[Items | Mapping], keys: list[tuple[str, int] | None]) -> bool:
    return isinstance(open_[-1], Mapping) and keys[-1] is None
