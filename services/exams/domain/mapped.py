"""A file layout kept as data: a mapping in a programme's feeds.yaml as a `Format`."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from services.exams.domain.csv_files import CSV_FORMATS
from services.exams.domain.format import Format, Kind
from shared.programmes.feeds import FeedKind, Mapping

DAYS = frozenset({"exam_date", "active_on", "expires_on"})
"""Our columns that hold a day; the other dates hold an instant."""

KINDS: dict[FeedKind, Kind] = {
    "results": "results",
    "registrations": "registrations",
    "credits": "credits",
    "changes": "changes",
    "no_shows": "changes",
}
_NO_SHOW = {"subject": "registration", "kind": "no_show"}
_WRITTEN: dict[Kind, Format] = {one.kind: one for one in CSV_FORMATS}
_DELIMITERS = {"tab": "\t"}


def mapped_format(mapping: Mapping, vendor: str) -> Format:
    """The format that a mapping describes; its files are named after its id."""
    kind = KINDS[mapping.kind]
    own = _WRITTEN[kind]
    constants = {**mapping.constants, **(_NO_SHOW if mapping.kind == "no_shows" else {})}
    return Format(
        name=mapping.id,
        kind=kind,
        columns={theirs.casefold(): ours for theirs, ours in mapping.columns.items()},
        encoding=mapping.encoding,
        delimiter=_DELIMITERS.get(mapping.delimiter, mapping.delimiter),
        ignored=frozenset(column.casefold() for column in mapping.ignored),
        required=tuple(one for one in own.required if one not in constants),
        one_of=() if constants.keys() & set(own.one_of) else own.one_of,
        translate=partial(_translate, mapping, constants, own.translate),
        names=re.compile(rf"{re.escape(mapping.id)}\b.*\.(csv|dat|txt|tsv)", re.IGNORECASE),
        vendor=vendor,
        description=f"the layout {mapping.id} of {vendor}, from feeds.yaml",
    )


def _translate(
    mapping: Mapping,
    constants: dict[str, str],
    written: Callable[[dict[str, str]], dict[str, Any]] | None,
    cells: dict[str, str],
) -> dict[str, Any]:
    """A row as our own CSV would have it, then as the item of the API."""
    ours = {**cells, **constants}
    for column, cell in cells.items():
        if column in mapping.values:
            ours[column] = _value(mapping.values[column], column, cell)
        if column in mapping.dates:
            ours[column] = _date(mapping, column, cell)
    return written(ours) if written else {**ours}


def _value(meanings: dict[str, str], column: str, cell: str) -> str:
    """What a value of theirs means, whatever its case; `""` is no value at all."""
    known = {theirs.casefold(): our for theirs, our in meanings.items()}
    if cell.casefold() not in known:
        raise ValueError(f"{column}: {cell[:40]!r} is none of {', '.join(meanings)}")
    return known[cell.casefold()]


def _date(mapping: Mapping, column: str, cell: str) -> str:
    expected = mapping.dates[column]
    try:
        # strptime also takes " 1" where it should take "01"; what is read is what is there.
        read = datetime.strptime(cell, expected)  # noqa: DTZ007 - its zone is looked at below
    except ValueError:
        raise ValueError(f"{column}: {cell[:40]!r} is not written as {expected}") from None
    if column in DAYS:
        return read.date().isoformat()
    if read.tzinfo is None:
        read = read.replace(tzinfo=ZoneInfo(mapping.timezone))
    return read.isoformat()
