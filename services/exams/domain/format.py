"""How a kind of file is written: its encoding, its columns, and what a row of it says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "results",
    "registrations",
    "credits",
    "changes",
    "candidate_replies",
    "authorization_replies",
]
"""What the rows of a file are, and so which handler takes them in."""

Translate: TypeAlias = Callable[[dict[str, str]], dict[str, Any]]


@dataclass(frozen=True)
class Format:
    """One way of writing a file of one kind.

    name: unique among all formats; columns: our column for each column of the file (casefolded);
    several columns of the file may not lead to the same column of ours. ignored: columns
    (casefolded) that may be there and say nothing to us; a column that is in neither makes the
    file unreadable. required: our columns without which the file is unreadable; one_of: our
    columns of which at least one must be there. translate: from a row's cells by our column
    (stripped; empty ones left out) to the JSON value of the item, as the API would have been sent
    it; it raises `ValueError("column: message")` for a cell it cannot read. names: what the names
    of such files look like, for files that arrive without anybody saying what they are. vendor:
    the only vendor that writes so; None: anybody. quoted: whether a cell may be written in quotes.
    """

    name: str
    kind: Kind
    columns: Mapping[str, str]
    encoding: str = "utf-8"
    delimiter: str = ","
    ignored: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    translate: Translate | None = None
    names: re.Pattern[str] | None = None
    vendor: str | None = None
    quoted: bool = True
    description: str = field(default="", compare=False)


def same_names(*columns: str) -> dict[str, str]:
    """Columns that the file calls as we do."""
    return {column: column for column in columns}
