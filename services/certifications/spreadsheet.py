"""Lines of CSV that a spreadsheet can open without running anything in them."""

import csv
import io
from collections.abc import Iterable
from datetime import date

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int | date | None


def line(cells: Iterable[Cell]) -> str:
    """Return one line of CSV; texts that begin like a formula get an apostrophe before them."""
    written = io.StringIO()
    csv.writer(written).writerow(_plain(cell) for cell in cells)
    return written.getvalue()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    return f"'{cell}" if cell.lstrip("'").startswith(_STARTS) else cell
