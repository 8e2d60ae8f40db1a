"""Rows of comma-separated text, each with the line on which it begins."""

import csv
import io

from .faults import Fault, Refused
from .values import Items, Mapping

OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
CELL_LIMIT = 100_000


def read_csv(text: str) -> Items:
    """Return the rows under the header line of ``text``. Empty cells are left out: they say nothing.

    Raises Refused for a header or rows that can't be read, with every line at fault.
    """
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, faults = Items(1), []
    header: list[str] | None = None
    header_line = 1
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            faults.append(
                Fault(
                    line, f"this is not CSV: {error}. Put a cell with commas, quotes or line breaks in double quotes."
                )
            )
            break  # what follows an open quotation mark can't be told apart
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header, header_line = [cell.strip() for cell in cells], line
            faults += _faults_of_header(header, line)
            if faults:
                break
        elif len(cells) != len(header):
            faults.append(
                Fault(
                    line,
                    f"there are {len(cells)} cells under {len(header)} columns. A comma inside a cell needs double quotes "
                    "around the cell.",
                )
            )
        else:
            row = Mapping(line)
            row.header = header_line
            for column, cell in zip(header, cells, strict=True):
                if cell.strip():
                    row.add(column, cell.strip(), line)
            rows.add(row, line)
    if faults:
        raise Refused(faults)
    return rows


def _faults_of_header(header: list[str], line: int) -> list[Fault]:
    if len(header) == 1:
        for delimiter, what in OTHER_DELIMITERS.items():
            if delimiter in header[0]:
                return [
                    Fault(line, f"the columns are separated by {what}. Save the file with commas between the columns.")
                ]
    faults = [
        Fault(line, f"column {number} has no name. Name it, or take it out.")
        for number, column in enumerate(header, start=1)
        if not column
    ]
    seen: set[str] = set()
    for column in header:
        if column and column.casefold() in seen:
            faults.append(Fault(line, "two columns have this name. Keep one.", column))
        seen.add(column.casefold())
    return faults
