"""A vendor's file as it arrives: its columns, its rows, and what makes the whole of it unreadable.

A file is refused as a whole, naming the line, when it cannot be read for certain: another
encoding, a NUL, an unknown or missing column, a row of another length than the header, a broken
quotation. What is wrong inside one readable row is that row's own fault and found when it is
imported. Never more than a part of the file and one unfinished row are in memory.
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.exams.domain.format import Format
from shared.cells import armed

Row: TypeAlias = tuple[int, list[str]]
"""The row's number as a spreadsheet shows it (the header is row 1), and its cells."""

ERROR_COLUMNS = ("row", "field", "message")
"""What the errors file puts before a row's own columns; ignored when it is posted again."""

MOST_FAULTS = 20
LONGEST_LINE = 2_000_000
"""Characters that one line may have, and one row over several lines; a file without any line break,
or with a quotation that never ends, must not fill the memory."""


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


class _Starved(Exception):
    """The lines given so far end in the middle of a row."""


class _Lines:
    """Lines for `csv.reader`, which can be taken back to the start of an unfinished row.

    unfinished: characters of that row when it was last tried.
    """

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()
        self.taken: list[str] = []
        self.ended = False
        self.unfinished = 0
        self._fresh = 0

    def give(self, text: str) -> None:
        """Add whole lines."""
        self.waiting.extend(io.StringIO(text, newline="\n"))
        self._fresh += len(text)

    @property
    def worth_trying(self) -> bool:
        """Whether so much has come that reading the unfinished row from its start is in proportion.

        Whoever sends a long row in small parts must not have all of it read for each of them.
        """
        return self.ended or 4 * self._fresh >= self.unfinished

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.waiting:
            raise StopIteration if self.ended else _Starved
        line = self.waiting.popleft()
        self.taken.append(line)
        return line

    def take_back(self) -> None:
        """Give the lines of an unfinished row again, when there are more."""
        self.waiting.extendleft(reversed(self.taken))
        self.taken.clear()
        self.unfinished, self._fresh = sum(map(len, self.waiting)), 0


class Sheet:
    """Reads a file of one format part by part; every step raises Unreadable.

    vendor_named: whether the file must name the vendor (staff post for any vendor).
    """

    def __init__(self, layout: Format, *, vendor_named: bool, most_rows: int) -> None:
        self.layout = layout
        self.columns: list[str] | None = None
        self.rows = 0
        self._vendor_named = vendor_named
        self._most_rows = most_rows
        utf8 = layout.encoding.lower() in ("utf-8", "utf8")
        # A byte order mark is no part of the text.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig" if utf8 else layout.encoding)()
        self._started = False
        # What comes after the last line break so far. It grows in place: whoever sends a long line
        # in small parts must not have all of it copied for each of them.
        self._rest = io.StringIO()
        self._decoded = 0  # line breaks so far
        self._line = 0  # lines that rows were made of so far
        self._records = 0  # rows so far, the header and blank lines among them
        self._width = 0
        self._was_errors_file = False
        self._faults: list[LineFault] = []
        self._lines = _Lines()
        self._reader = self._read(self._lines)

    def _read(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return csv.reader(
            lines,
            delimiter=self.layout.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.layout.quoted else csv.QUOTE_NONE,
            strict=True,
        )

    def add(self, part: bytes) -> list[Row]:
        """The rows that are whole now that this part has come; none while there are faults."""
        text = self._text(part)
        if "\n" in text:
            return self._take(self._rest.getvalue() + text, last=False)
        self._hold(text)
        return []

    def end(self) -> list[Row]:
        """The rows that were left, now that nothing more comes."""
        self._lines.ended = True
        rows = self._take(self._rest.getvalue() + self._text(b"", final=True), last=True)
        if self._faults:
            raise Unreadable(*self._faults)
        if self.columns is None:
            raise Unreadable(
                LineFault(1, None, "the file is empty; its first line names the columns")
            )
        return rows

    def _text(self, part: bytes, *, final: bool = False) -> str:
        if not self._started and part:
            self._started = True
            if part.startswith((b"\xff\xfe", b"\xfe\xff")) and "16" not in self.layout.encoding:
                asked = self.layout.encoding.upper()
                raise Unreadable(LineFault(1, None, f"the file is UTF-16; it must be {asked}"))
        try:
            text = self._decoder.decode(part, final)
        except UnicodeDecodeError as fault:
            raise Unreadable(self._undecodable(fault)) from None
        if "\x00" in text:
            line = self._decoded + 1 + text.count("\n", 0, text.index("\x00"))
            raise Unreadable(*self._faults, LineFault(line, None, "holds a NUL character"))
        return text

    def _undecodable(self, fault: UnicodeDecodeError) -> LineFault:
        before = fault.object[: fault.start]
        start = before.rpartition(b"\n")[2]
        held = len(self._rest.getvalue().encode(self.layout.encoding)) if start is before else 0
        encoding = self.layout.encoding.upper()
        return LineFault(
            self._decoded + 1 + before.count(b"\n"),
            None,
            f"byte {held + len(start) + 1} (0x{fault.object[fault.start]:02x}) is not {encoding}; "
            f"save the file as {encoding}",
        )

    def _hold(self, text: str) -> None:
        self._rest.write(text)
        if self._rest.tell() > LONGEST_LINE:
            message = f"is longer than {LONGEST_LINE:,} characters"
            raise Unreadable(*self._faults, LineFault(self._decoded + 1, None, message))

    def _take(self, text: str, *, last: bool) -> list[Row]:
        whole, broken, rest = text.rpartition("\n")
        whole, rest = (text, "") if last else (whole + broken, rest)
        if self._lines.waiting or (self.layout.quoted and '"' in whole):
            self._lines.give(whole)
            records, starts = self._quoted() if self._lines.worth_trying else ([], [])
        else:
            records, starts = self._plain(io.StringIO(whole, newline="\n"))
        self._decoded += whole.count("\n")
        self._rest = io.StringIO()
        self._hold(rest)
        first = self._records + 1
        self._records += len(records)
        if self.columns is None:
            if not records:
                return []
            self._head(records.pop(0))
            first, starts = first + 1, starts[1:]
        return self._checked(records, starts, first)

    def _plain(self, lines: Iterator[str]) -> tuple[list[list[str]], Sequence[int]]:
        """The rows of lines that are a row each, and the lines they start at."""
        start = self._line + 1
        records: list[list[str]] = []
        try:
            # Not list(): after a fault, it is to be known how many were read.
            records.extend(self._read(lines))
        except csv.Error as fault:
            raise Unreadable(
                *self._faults, LineFault(start + len(records), None, _said(fault))
            ) from None
        self._line += len(records)
        return records, range(start, self._line + 1)

    def _quoted(self) -> tuple[list[list[str]], Sequence[int]]:
        """The rows that end in the lines that wait, and the lines they start at."""
        records, starts = [], []
        try:
            for cells in self._reader:
                records.append(cells)
                starts.append(self._line + 1)
                self._line += len(self._lines.taken)
                self._lines.taken.clear()
        except _Starved:
            self._lines.take_back()
            if self._lines.unfinished > LONGEST_LINE:
                message = f"begins a row of more than {LONGEST_LINE:,} characters"
                fault = LineFault(self._line + 1, None, message)
                raise Unreadable(*self._faults, fault) from None
        except csv.Error as fault:
            raise Unreadable(*self._faults, LineFault(self._line + 1, None, _said(fault))) from None
        return records, starts

    def _head(self, cells: Sequence[str]) -> None:
        if not cells:
            raise Unreadable(
                LineFault(1, None, "the file is empty; its first line names the columns")
            )
        names = [cell.strip() for cell in cells]
        self._width = len(names)
        self._was_errors_file = tuple(map(str.casefold, names[:3])) == ERROR_COLUMNS
        if self._was_errors_file:
            names = names[len(ERROR_COLUMNS) :]
        faults = header_faults(self.layout, names, vendor_named=self._vendor_named)
        if faults:
            raise Unreadable(*faults[:MOST_FAULTS])
        self.columns = names

    def _checked(self, records: list[list[str]], starts: Sequence[int], first: int) -> list[Row]:
        width = self._width
        rows = [row for row in enumerate(records, first) if row[1]]  # without blank lines
        ragged = [row for row in rows if len(row[1]) != width]
        for number, cells in ragged:
            message = f"has {len(cells)} columns where the header has {width}"
            self._faults.append(LineFault(starts[number - first], None, message))
        if len(self._faults) >= MOST_FAULTS:
            raise Unreadable(*self._faults[:MOST_FAULTS])
        if self._faults:
            return []
        left = self._most_rows - self.rows
        if len(rows) > left:
            message = f"a file holds at most {self._most_rows:,} rows"
            raise Unreadable(LineFault(starts[rows[left][0] - first], None, message))
        self.rows += len(rows)
        if self._was_errors_file:
            skipped = len(ERROR_COLUMNS)
            return [(number, [armed(cell) for cell in cells[skipped:]]) for number, cells in rows]
        return rows


def _said(fault: csv.Error) -> str:
    # The library's words are advice to whoever calls it.
    if "new-line character" in str(fault):
        return "holds a carriage return alone; lines end with LF or with CRLF"
    return str(fault)


def header_faults(layout: Format, names: Sequence[str], *, vendor_named: bool) -> list[LineFault]:
    """Why a file with these columns cannot be one of the format; empty if it can."""
    known = layout.columns
    folded = [name.casefold() for name in names]
    ignored = layout.ignored | (set(ERROR_COLUMNS) - set(known))
    strange = [name for name in folded if name not in known and name not in ignored]
    if strange and len(names) == 1:
        separator = {",": "commas", ";": "semicolons", "\t": "tabs"}.get(
            layout.delimiter, repr(layout.delimiter)
        )
        return [LineFault(1, None, f"no known column; columns are separated by {separator}")]
    faults = [
        LineFault(1, name, f"unknown column {name[:40]!r}; known are {', '.join(sorted(known))}")
        for name in strange
    ]
    ours = [known[name] for name in folded if name in known]
    faults += [
        LineFault(1, column, f"column {column!r} is there more than once")
        for column in sorted({column for column in ours if ours.count(column) > 1})
    ]
    theirs = {column: name for name, column in reversed(list(known.items()))}
    required = ("vendor", *layout.required) if vendor_named else layout.required
    faults += [
        LineFault(1, column, f"column {theirs.get(column, column)!r} is missing")
        for column in required
        if column not in ours
    ]
    if layout.one_of and not set(layout.one_of) & set(ours):
        either = " or ".join(repr(theirs.get(column, column)) for column in layout.one_of)
        faults.append(LineFault(1, layout.one_of[0], f"column {either} is missing"))
    return faults
