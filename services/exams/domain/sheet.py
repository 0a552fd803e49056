"""A vendor's CSV file: its columns, its rows, and what makes the whole file unreadable.

A file is refused as a whole, naming the line, when it cannot be read for certain: not UTF-8, a
NUL, an unknown or missing column, a row of another length than the header, a broken quotation.
What is wrong inside one readable row is that row's own fault and found when it is imported.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Kind: TypeAlias = Literal["results", "registrations"]
Row: TypeAlias = tuple[int, list[str]]
"""The row's number as a spreadsheet shows it (the header is row 1), and its cells."""

IDENTITY = frozenset({"vendor", "programme", "testing_id", "candidate_id"})
COLUMNS: dict[Kind, frozenset[str]] = {
    "results": IDENTITY
    | {
        "registration_number",
        "exam_code",
        "exam_name",
        "last_name",
        "grade",
        "score",
        "exam_date",
    },
    "registrations": IDENTITY
    | {
        "registration_number",
        "exam_code",
        "given_name",
        "family_name",
        "email",
        "appointment",
    },
}
REQUIRED: dict[Kind, tuple[str, ...]] = {
    "results": ("registration_number", "exam_code", "grade", "exam_date"),
    "registrations": ("registration_number", "exam_code"),
}
ERROR_COLUMNS = ("row", "field", "message")
"""What the errors file puts before a row's own columns; ignored when it is posted again."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class LineFault:
    """Where a file cannot be read, and why."""

    line: int
    field: str | None
    message: str


class Unreadable(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, *faults: LineFault) -> None:
        super().__init__("; ".join(f"line {fault.line}: {fault.message}" for fault in faults))
        self.faults = faults


def _runs(cell: str) -> bool:
    return cell.lstrip("'").startswith(FORMULA_STARTS)


def defused(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if _runs(cell) else cell


def armed(cell: str) -> str:
    """The cell as it was before `defused`."""
    return cell[1:] if cell.startswith("'") and _runs(cell) else cell


def _lines(file: Iterable[bytes]) -> Iterator[str]:
    for number, given in enumerate(file, start=1):
        raw = given
        if number == 1:
            if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise Unreadable(LineFault(1, None, "the file is UTF-16; it must be UTF-8"))
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if b"\x00" in raw:
            raise Unreadable(LineFault(number, None, "holds a NUL character"))
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise Unreadable(
                LineFault(
                    number,
                    None,
                    f"byte {fault.start + 1} (0x{raw[fault.start]:02x}) is not UTF-8; "
                    "save the file as UTF-8",
                )
            ) from None


class Reader(Protocol):
    """What `csv.reader` makes; its own class has no public name."""

    line_num: int

    def __next__(self) -> list[str]: ...


def _header(cells: Sequence[str], kind: Kind, *, vendor_named: bool) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    known = COLUMNS[kind] | set(ERROR_COLUMNS)
    faults = [
        LineFault(
            1, name, f"unknown column {name[:40]!r}; known are {', '.join(sorted(COLUMNS[kind]))}"
        )
        for name in names
        if name not in known
    ]
    if faults and len(names) == 1:
        faults = [LineFault(1, None, "no known column; columns are separated by commas")]
    faults += [
        LineFault(1, name, f"column {name!r} is there more than once")
        for name in sorted({name for name in names if name in known and names.count(name) > 1})
    ]
    required = REQUIRED[kind] if not vendor_named else ("vendor", *REQUIRED[kind])
    faults += [
        LineFault(1, name, f"column {name!r} is missing") for name in required if name not in names
    ]
    if not {"candidate_id", "testing_id"} & set(names):
        faults.append(
            LineFault(1, "candidate_id", "column 'candidate_id' or 'testing_id' is missing")
        )
    if faults:
        raise Unreadable(*faults[:MOST_FAULTS])
    return names


def read_sheet(
    file: Iterable[bytes], kind: Kind, *, vendor_named: bool, most_rows: int
) -> tuple[list[str], Iterator[Row]]:
    """The column names and the rows of a CSV file.

    `vendor_named`: whether the file must name the vendor (staff post for any vendor).
    The rows are read as they are taken; both steps raise Unreadable.
    """
    reader = csv.reader(_lines(file), strict=True)
    try:
        header = next(reader, None)
    except csv.Error as fault:
        raise Unreadable(LineFault(1, None, str(fault))) from None
    if not header:
        raise Unreadable(LineFault(1, None, "the file is empty; its first line names the columns"))
    columns = _header(header, kind, vendor_named=vendor_named)
    return columns, _rows(reader, len(columns), "row" in columns, most_rows)


def _rows(reader: Reader, width: int, was_errors_file: bool, most_rows: int) -> Iterator[Row]:
    number, taken = 1, 0
    faults: list[LineFault] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            raise Unreadable(*faults, LineFault(line, None, str(fault))) from None
        if cells is None:
            break
        number += 1
        if not cells:  # a blank line
            continue
        if len(cells) != width:
            faults.append(
                LineFault(line, None, f"has {len(cells)} columns where the header has {width}")
            )
            if len(faults) == MOST_FAULTS:
                break
            continue
        taken += 1
        if taken > most_rows:
            raise Unreadable(LineFault(line, None, f"a file holds at most {most_rows:,} rows"))
        yield number, [armed(cell) for cell in cells] if was_errors_file else cells
    if faults:
        raise Unreadable(*faults)
