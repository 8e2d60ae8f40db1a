"""From the bytes of a file to its rows, or to what is wrong with them. Knows no organisation."""

from collections.abc import Callable
from pathlib import Path, PurePath

from .csv_text import read_csv
from .faults import Fault, Refused
from .json_text import read_json
from .values import Items, Mapping, Value
from .yaml_text import read_yaml

BYTES_LIMIT = 5 * 1024 * 1024

READERS: dict[str, Callable[[str], Value]] = {
    ".csv": read_csv,
    ".json": read_json,
    ".yaml": read_yaml,
    ".yml": read_yaml,
}

# The first bytes of files that people send instead, and what to do with them.
OTHER_FORMATS = {
    b"PK\x03\x04": "a spreadsheet or another packed file. In the spreadsheet choose “Save as”, then “CSV UTF-8”",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet or document. Open it and choose “Save as”, then “CSV UTF-8”",
    b"%PDF": "a PDF. Ask its author for the table behind it",
    b"\xff\xfe": "saved as UTF-16. Save it again as UTF-8 (in a spreadsheet: “CSV UTF-8”)",
    b"\xfe\xff": "saved as UTF-16. Save it again as UTF-8 (in a spreadsheet: “CSV UTF-8”)",
    b"\x1f\x8b": "packed with gzip. Unpack it first",
}


def read_path(path: Path) -> bytes:
    """Return the bytes of the file at ``path``, having looked at its size first.

    Raises Refused when there is no such file or when it is too large.
    """
    try:
        size = path.stat().st_size
        if path.is_dir() or size > BYTES_LIMIT:
            raise Refused([_too_large(size)] if not path.is_dir() else [Fault(0, f"“{path}” is a folder.")])
        return path.read_bytes()
    except OSError as error:
        raise Refused([Fault(0, f"“{path}” can't be read: {error.strerror}.")]) from error


def read_tree(name: str, data: bytes) -> Value:
    """Return everything in the file called ``name``, as text, lists and mappings.

    Raises Refused with the line and the reason when the format, the encoding or the size is wrong.
    """
    reader = READERS.get(PurePath(name).suffix.casefold())
    if reader is None:
        raise Refused(
            [Fault(0, f"“{PurePath(name).name}” is not CSV, JSON or YAML: its name must end in .csv, .json or .yaml.")]
        )
    if len(data) > BYTES_LIMIT:
        raise Refused([_too_large(len(data))])
    return reader(_decode(data))


def read_rows(name: str, data: bytes, *, under: str = "") -> list[Mapping]:
    """Return the rows of the file called ``name``; ``under`` names the list that holds them where a file has several.

    Raises Refused as ``read_tree`` does, and when the file is not a list of rows or has none.
    """
    tree = read_tree(name, data)
    if isinstance(tree, Mapping):
        if under in tree:
            tree = tree[under]
        elif len(tree) == 1:
            tree = next(iter(tree.values()))
    if not isinstance(tree, Items):
        raise Refused(
            [Fault(1, "this is not a list. Begin each entry with “- ” (YAML) or put all of them in [ ] (JSON).")]
        )
    if not tree:
        raise Refused([Fault(0, "it has no rows. Nothing was changed.")])
    rows = [row for row in tree if isinstance(row, Mapping)]
    if len(rows) != len(tree):
        raise Refused(
            Fault(tree.line_of(i), "an entry must name its fields, such as “slug: npic”.")
            for i, row in enumerate(tree)
            if not isinstance(row, Mapping)
        )
    return rows


def _decode(data: bytes) -> str:
    if not data.strip():
        raise Refused([Fault(0, "it is empty. Nothing was changed.")])
    for start, what in OTHER_FORMATS.items():
        if data.startswith(start):
            raise Refused([Fault(0, f"it is not a text file but {what}.")])
    if (position := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, position) + 1
        raise Refused([Fault(line, "there is a NUL byte, so this is not a text file. Save it again as UTF-8 text.")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{data[error.start]:02X}"
        raise Refused(
            [
                Fault(
                    line,
                    f"the byte {byte} is not UTF-8. The file was probably saved as Windows-1252 or Latin-1: open it where "
                    "it was made and save it as UTF-8 (in a spreadsheet: “CSV UTF-8”).",
                )
            ]
        ) from error


def _too_large(size: int) -> Fault:
    return Fault(0, f"it has {size / 1024 / 1024:.1f} MB; at most {BYTES_LIMIT // 1024 // 1024} MB are read. Split it.")
