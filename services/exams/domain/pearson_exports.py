"""Pearson VUE's files out: who the candidates are (CDD) and what they may sit (EAD).

Columns, their order, their limits and the names of the files are the documented ones. What a
column cannot hold is never cut, replaced or rewritten in other letters: such a line is left out
with the reason, which names the character or the limit.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, TypeAlias

from services.exams.domain.pearson import DAY, ENCODING, TIME

ExportKind: TypeAlias = Literal["cdd", "ead"]

SEPARATOR = "*"
"""Between the codes of several accommodations, as public code of other clients has it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file out: its name, what we put there (nothing: it stays empty), its limit."""

    name: str
    ours: str = ""
    limit: int | None = None


COLUMNS: Mapping[ExportKind, tuple[Column, ...]] = {
    "cdd": (
        Column("ClientCandidateID", "candidate_id", 50),
        Column("FirstName", "given_name", 30),
        Column("LastName", "family_name", 50),
        Column("MiddleName"),
        Column("Suffix"),
        Column("Salutation"),
        Column("Email", "email", 255),
        Column("Address1", limit=40),
        Column("Address2"),
        Column("Address3"),
        Column("City", limit=32),
        Column("State"),
        Column("PostalCode"),
        Column("Country", limit=3),
        Column("Phone", limit=20),
        Column("Extension"),
        Column("PhoneCountryCode"),
        Column("FAX"),
        Column("FAXCountryCode"),
        Column("CompanyName"),
        Column("LastUpdate", "updated_at"),
    ),
    "ead": (
        Column("AuthorizationTransactionType", "transaction"),
        Column("AuthorizationID", "vendor_number"),
        Column("ClientAuthorizationID", "number", 25),
        Column("ClientCandidateID", "candidate_id", 50),
        Column("ExamAuthorizationCount", "attempts"),
        Column("ExamSeriesCode", "exam_code", 20),
        Column("Accommodations", "accommodations"),
        Column("EligibilityApptDateFirst", "first_day"),
        Column("EligibilityApptDateLast", "last_day"),
        Column("LastUpdate", "updated_at"),
    ),
}


class Unwritable(Exception):
    """A line that the file cannot hold; the message says why, for staff."""


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate as the vendor is told of them."""

    candidate_id: str
    given_name: str
    family_name: str
    email: str | None

    @property
    def digest(self) -> str:
        """A fingerprint of what is told, to find those of whom there is something new to tell."""
        told = "\x1f".join((self.candidate_id, self.given_name, self.family_name, self.email or ""))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Permission:
    """An authorization as the vendor is told of it, or of its withdrawal."""

    number: str
    vendor_number: str | None
    candidate_id: str
    exam_code: str
    attempts: int
    first_day: date
    last_day: date
    accommodations: str
    withdrawn: bool
    updated_at: datetime


def file_name(kind: ExportKind, at: datetime) -> str:
    """The name of a file made at an instant."""
    return f"{kind}-{at.astimezone(UTC):%Y%m%d-%H%M%S}.dat"


def cdd_line(person: Person, at: datetime) -> str:
    """The line that tells of a candidate; raises Unwritable."""
    if not person.family_name.strip():
        raise Unwritable("the family name is not known here")
    return _line(
        "cdd",
        {
            "candidate_id": person.candidate_id,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "email": person.email or "",
            "updated_at": at.astimezone(UTC).strftime(TIME),
        },
    )


def ead_line(permission: Permission) -> str:
    """The line that tells of an authorization; raises Unwritable.

    Only `Add` is documented among the kinds of transaction; `Delete` is assumed.
    """
    return _line(
        "ead",
        {
            "transaction": "Delete" if permission.withdrawn else "Add",
            "vendor_number": permission.vendor_number or "",
            "number": permission.number,
            "candidate_id": permission.candidate_id,
            "attempts": str(permission.attempts),
            "exam_code": permission.exam_code,
            "accommodations": permission.accommodations,
            "first_day": permission.first_day.strftime(DAY),
            "last_day": permission.last_day.strftime(DAY),
            "updated_at": permission.updated_at.astimezone(UTC).strftime(TIME),
        },
    )


def write_file(kind: ExportKind, lines: Iterable[str]) -> bytes:
    """The whole file: the header, then the lines."""
    header = "\t".join(column.name for column in COLUMNS[kind])
    return "".join(f"{line}\n" for line in (header, *lines)).encode(ENCODING)


def _line(kind: ExportKind, values: Mapping[str, str]) -> str:
    cells: Sequence[str] = [
        _cell(column, values[column.ours]) if column.ours else "" for column in COLUMNS[kind]
    ]
    return "\t".join(cells)


def _cell(column: Column, given: str) -> str:
    # One letter with its accent rather than two characters: the same name, and CP1252 has it.
    text = unicodedata.normalize("NFC", given.strip())
    for character in text:
        code = f"U+{ord(character):04X}"
        if not character.isprintable():
            raise Unwritable(f"{column.name} holds the unprintable character {code}")
        try:
            character.encode(ENCODING)
        except UnicodeEncodeError:
            raise Unwritable(
                f"{column.name} holds {character} ({code}), which the file's Latin letters "
                "(Windows-1252) do not have; the vendor needs the name in Latin letters, as on "
                "the identity document"
            ) from None
    if column.limit is not None and len(text) > column.limit:
        raise Unwritable(
            f"{column.name} has {len(text)} characters where the vendor takes {column.limit}"
        )
    return text
