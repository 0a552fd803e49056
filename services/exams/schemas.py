"""What the API says and hears."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json

from services.exams.domain.format import Kind
from services.exams.domain.items import (
    ChangeItem,
    Fault,
    RegistrationItem,
    ResultItem,
    Stated,
)
from services.exams.domain.reading import Reader
from services.exams.errors import TooManyItems
from shared.errors import FieldError, Malformed, Unprocessable

I = TypeVar("I", bound=Stated)  # noqa: E741 - an item


class ResultsBody(BaseModel):
    """Many results in one request."""

    results: list[ResultItem]


class RegistrationsBody(BaseModel):
    """Many registrations in one request."""

    registrations: list[RegistrationItem]


class ChangesBody(BaseModel):
    """Many changes in one request."""

    changes: list[ChangeItem]


class ItemOutcome(BaseModel):
    """What became of one item."""

    index: int = Field(description="Its place in the request, from 0")
    registration_number: str | None
    outcome: Literal["accepted", "duplicate", "rejected"]
    state: (
        Literal[
            "recorded", "waiting", "held", "revoked", "booked", "cancelled", "no_show", "pending"
        ]
        | None
    ) = Field(
        description="waiting: its candidate is not known yet; it is taken up when they appear. "
        "pending: what a change is about has not arrived yet"
    )
    errors: list[Fault]


class Outcomes(BaseModel):
    """What became of a request's items, each by itself."""

    accepted: int
    duplicates: int
    rejected: int
    items: list[ItemOutcome]


class ImportState(BaseModel):
    """An import and how far it has come."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str = Field(description="What its rows are: results, registrations, credits, ...")
    format: str = Field(description="How it is written, see GET /imports/formats")
    programme: str
    vendor: str | None = Field(
        description="Whose file it is; null when staff uploaded it and its rows say so"
    )
    name: str
    state: Literal["receiving", "queued", "running", "finished", "failed", "cancelled"]
    dry_run: bool = Field(description="Tells what would become of each row; nothing was stored")
    channel: str = Field(description="How it came: upload or inbox")
    problem: str | None = Field(
        description="Why it failed, or which import it repeats and so took nothing from"
    )
    bytes: int | None
    rows: int
    done: int
    accepted: int
    duplicates: int
    rejected: int
    created_at: datetime
    finished_at: datetime | None
    uploaded_by: str


class FileFormat(BaseModel):
    """One way of writing files."""

    name: str
    kind: Kind
    vendor: str | None = Field(description="The only vendor that writes so; null: anybody")
    description: str
    encoding: str
    delimiter: str
    columns: list[str]


class FileFormats(BaseModel):
    """The formats in which files can be sent."""

    items: list[FileFormat]


@dataclass(frozen=True)
class Body(Generic[I]):
    """A request's items, read or with their faults; the raw values if there were any faults."""

    single: bool
    raw: list[Any]
    items: Sequence[I | list[Fault]]


def read_body(body: bytes, key: str, reader: Reader[I], most: int) -> Body[I]:
    """Read one object, or {key: [objects]} of at most `most`.

    Raises Malformed with line and column, Unprocessable, or TooManyItems naming the limit.
    """
    at_once = reader.read_at_once(body, key)
    if at_once is not None and len(at_once) <= most:
        return Body(False, [], at_once)
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as fault:
        raise _malformed(str(fault)) from None
    if not isinstance(value, dict):
        message = f'post one object, or {{"{key}": [objects]}}'
        raise Unprocessable(message, errors=[FieldError(message=message)])
    if key not in value:
        return Body(True, [value], reader.read([value]))
    raw = value[key]
    if not isinstance(raw, list):
        raise Unprocessable(
            f"{key} is not a list", errors=[FieldError(field=key, message="must be a list")]
        )
    if len(raw) > most:
        message = f"a request carries at most {most:,} {key}; this one has {len(raw):,}"
        raise TooManyItems(message, errors=[FieldError(field=key, message=message)], limit=most)
    return Body(False, raw, reader.read(raw))


def _malformed(message: str) -> Malformed:
    place = re.search(r" at line (\d+) column (\d+)$", message)
    if place is None:
        return Malformed(f"the body is not JSON: {message}")
    said = f"{message[: place.start()]} (column {place[2]})"
    return Malformed(
        f"the body is not JSON: {message}",
        errors=[FieldError(line=int(place[1]), message=said)],
        line=int(place[1]),
        column=int(place[2]),
    )
