"""Files of accounts as they arrive: put aside, looked through once whole, then read in parts."""

import csv
import io
from collections.abc import Iterator
from typing import IO

from services.identity.domain.account_rows import AccountRow, RowFault, header_faults, read_row
from shared.errors import FieldError, Unprocessable

PART = 500


def looked_through(file: IO[bytes], most_rows: int) -> int:
    """Return how many rows a file has; it is left at its beginning.

    Raises Unprocessable, naming the line, for one that cannot be read to its end for certain:
    another encoding than UTF-8, a broken quotation, unknown or missing columns, too many rows.
    """
    rows = 0
    for _ in _records(file):
        rows += 1
        if rows > most_rows:
            raise _unreadable(RowFault("", f"a file holds at most {most_rows:,} rows"), None)
    file.seek(0)
    return rows


def parts(file: IO[bytes]) -> Iterator[list[AccountRow]]:
    """Yield the rows of a file that was looked through, in parts."""
    part: list[AccountRow] = []
    names: list[str] = []
    for number, cells in _records(file, header=True):
        if number == 1:
            names = cells
            continue
        part.append(read_row(number, names, cells))
        if len(part) == PART:
            yield part
            part = []
    if part:
        yield part


def _records(file: IO[bytes], *, header: bool = False) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    try:
        names = next(reader, None)
        if not names:
            raise _unreadable(RowFault("", "the file is empty; its first line names columns"), 1)
        if faults := header_faults(names):
            raise _unreadable(faults[0], 1, faults)
        if header:
            yield 1, names
        for number, cells in enumerate(reader, 2):
            if any("\0" in cell for cell in cells):
                raise _unreadable(RowFault("", "holds a NUL character"), reader.line_num)
            if any(cell.strip() for cell in cells):
                yield number, cells
    except UnicodeDecodeError:
        fault = RowFault("", "is not UTF-8; save the file as UTF-8")
        raise _unreadable(fault, reader.line_num + 1) from None
    except csv.Error as broken:
        raise _unreadable(RowFault("", str(broken)), reader.line_num) from None
    finally:
        # The file is its owner's to close.
        text.detach()


def _unreadable(
    fault: RowFault, line: int | None, faults: list[RowFault] | None = None
) -> Unprocessable:
    errors = [
        FieldError(field=one.field or None, line=line, message=one.message)
        for one in faults or [fault]
    ]
    where = f"line {line}: " if line else ""
    what = f"{fault.field}: " if fault.field else ""
    return Unprocessable(f"{where}{what}{fault.message}", errors=errors)
