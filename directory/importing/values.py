"""The one shape into which every file is read: text, lists and mappings that remember their line.

Every scalar stays text, whatever the format makes of it: YAML would turn a company number with a leading nought into an
octal number and a bare ``on`` into a boolean.
"""

from typing import Union

from .faults import Fault, Refused

ROWS_LIMIT = 20_000

Value = Union[str, None, "Items", "Mapping"]


class Items(list[Value]):
    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []  # of each item

    def add(self, value: Value, line: int) -> None:
        if len(self) >= ROWS_LIMIT:
            raise Refused(
                [Fault(line, f"it has more than {ROWS_LIMIT:,} rows; so many are not read at once. Split it.")]
            )
        self.append(value)
        self.lines.append(line)

    def line_of(self, index: int) -> int:
        return self.lines[index] if index < len(self.lines) else self.line


class Mapping(dict[str, Value]):
    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}  # of each key
        self.header = 0  # the line that names the fields of every row, in a table

    def add(self, key: str, value: Value, line: int) -> None:
        self[key] = value
        self.lines[key] = line

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)

    def line_naming(self, key: str) -> int:
        return self.header or self.line_of(key)
