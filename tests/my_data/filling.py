"""A person in every table of a service: each column filled with a value that is found again."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Uuid,
    insert,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeDecorator

from services.identity.handlers.attempts import account_key
from shared.ids import uuid7
from shared.my_data.register import Held, Nobody, Register
from shared.tables import JSONDocument

PROGRAMME = "cisco"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

# Columns that no value of ours can be found in again, and why.
UNMARKED = {
    "country": "two letters",
    "script": "one of two words",
    "change": "one of three words",
}
# Columns that are empty in a row that has all the others, and why.
UNFILLED = {
    ("case_files", "unwanted_at"): "a file that is to go is gone at once, with its name",
    ("case_files", "deleted_at"): "likewise",
}
# Columns that must hold what another table of the person holds.
SAME_AS: dict[str, dict[tuple[str, str], tuple[str, str]]] = {
    "identity": {
        ("link_requests", "email_key"): ("email_addresses", "email_key"),
        ("duplicate_addresses", "email_key"): ("email_addresses", "email_key"),
        ("score_report_requests", "number_key"): ("registration_numbers", "number_key"),
    },
    "exams": {
        ("changes", "registration_number"): ("results", "registration_number"),
    },
    "notifications": {
        ("mailbox", "to_address"): ("contacts", "email"),
    },
}
_WHOSE = {"candidate_id", "named_candidate_id", "first_id", "survivor", "subject", "by_id"}


@dataclass
class Filled:
    """What was written about a person.

    markers: by table and column, the texts of which each must be in a copy and none may be left;
    kept: those that are in no copy; values: the rows as they were written; files: by key.
    """

    candidate_id: str
    letter: str
    markers: dict[tuple[str, str], str] = field(default_factory=dict)
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    number: int = 0


async def fill(
    session: AsyncSession, service: str, register: Register, candidate_id: str, letter: str
) -> Filled:
    """Write one row about a person into every table that holds anything about persons."""
    filled = Filled(candidate_id, letter)
    copied = {table for table, _ in SAME_AS.get(service, {})}
    tables = register.metadata.sorted_tables
    # What holds the same as another comes after it.
    for table in sorted(
        tables, key=lambda one: (one.name in copied, _is_swept(register, one.name))
    ):
        entry = register.tables[table.name]
        if not isinstance(entry, Held):
            continue
        row = (
            _swept(service, table, filled)
            if entry.swept
            else {
                column.name: _value(service, table, column, entry, filled)
                for column in table.columns
            }
        )
        for key in table.foreign_keys:
            parent = key.column.table
            if isinstance(register.tables[parent.name], Nobody) and not key.parent.nullable:
                row[key.parent.name] = await _parent(session, parent)
        filled.rows[table.name] = row
        await session.execute(insert(table).values(row))
    return filled


def _value(service: str, table: Table, column: Column[Any], entry: Held, filled: Filled) -> Any:
    name, kind = column.name, entry.columns[column.name]
    same = SAME_AS.get(service, {}).get((table.name, name))
    value: Any
    if (table.name, name) in UNFILLED:
        value = None
    elif same is not None:
        value = filled.rows[same[0]][same[1]]
    elif column.foreign_keys:
        (key,) = column.foreign_keys
        value = filled.rows.get(key.column.table.name, {}).get(key.column.name)
    elif (table.name, name) == ("known_addresses", "account"):
        value = account_key("candidate", PROGRAMME, filled.candidate_id.casefold())
    elif name in _WHOSE and not isinstance(_plain(column.type), Uuid):
        value = filled.candidate_id
    elif name == "candidate_ids":
        value = [filled.candidate_id]
    elif kind == "plain":
        value = _PLAIN[name] if name in _PLAIN else _harmless(column)
    else:
        value = _marked(table, column, kind, filled)
    return value


_PLAIN = {"programme": PROGRAMME, "kind": "candidate", "by_kind": "candidate"}
_HARMLESS: tuple[tuple[type, Any], ...] = (
    (JSONDocument, []),
    (Boolean, False),
    (Integer, 1),
    (Numeric, 1),
    (DateTime, NOW),
    (Date, NOW.date()),
    (String, "plain"),
)


def _harmless(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    type_ = _plain(column.type)
    if isinstance(type_, Uuid):
        return uuid7()
    return next(value for kind, value in _HARMLESS if isinstance(type_, kind))


def _marked(table: Table, column: Column[Any], kind: str, filled: Filled) -> Any:
    filled.number += 1
    text = f"{filled.letter}{filled.number:05}{filled.letter}x"
    value, marker = _found_again(column, text, filled)
    if kind == "secret" and column.name in ("file_key", "key"):
        value = marker = f"kept/{text}"
        filled.files[marker] = f"content of {text}".encode()
    if marker is not None:
        into = {"personal": filled.markers, "secret": filled.secrets, "key": filled.keys}[kind]
        into[table.name, column.name] = marker
    return value


def _found_again(column: Column[Any], text: str, filled: Filled) -> tuple[Any, str | None]:
    """A value of the column's type, and the text that it is found by; None where there is none."""
    type_, number = _plain(column.type), filled.number
    first, year = (7, 2050) if filled.letter == "p" else (8, 2080)
    big = int(f"{first}{number:05}77")
    moment = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=number)
    made = uuid7()
    possible: tuple[tuple[type, Any, str | None], ...] = (
        (JSONDocument, [text], text),
        (Boolean, True, None),
        (Integer, big, str(big)),
        (Numeric, Decimal(big) / 100, str(Decimal(big) / 100)),
        (DateTime, moment, moment.date().isoformat()),
        (Date, moment.date(), moment.date().isoformat()),
        (Uuid, made, str(made)),
        (LargeBinary, text.encode(), text),
        (String, text, text),
    )
    value, marker = next((one, mark) for kind, one, mark in possible if isinstance(type_, kind))
    if column.name in UNMARKED:
        return value[: type_.length], None
    length = getattr(type_, "length", None)
    short = isinstance(type_, String) and length is not None and length < len(text)
    assert not short, f"{column.table.name}.{column.name} is too short for a marker"
    return value, marker


def _swept(service: str, table: Table, filled: Filled) -> dict[str, Any]:
    """A row that tells of the person in its body, beside somebody else."""
    filled.number += 1
    marker = f"{filled.letter}{filled.number:05}{filled.letter}x"
    entry_id = uuid7()
    about = {"candidate_id": filled.candidate_id, "said": marker}
    other = {"candidate_id": "CSCO99999999", "said": "nobody's concern"}
    events = [{"id": str(uuid7()), "data": about}, {"id": str(uuid7()), "data": other}]
    body = json.dumps(events).encode()
    filled.markers[table.name, "body"] = marker
    if table.name == "outbox":
        return {
            "id": entry_id,
            "type": f"{service}.something.happened.v1",
            "events": 2,
            "body": body,
            "secret": 0,
            "created_at": NOW,
            "published_at": NOW,
        }
    if table.name == "parked":
        return {
            "id": entry_id,
            "message_id": str(uuid7()),
            "type": f"{service}.something.happened.v1",
            "subject": filled.candidate_id,
            "body": json.dumps(events[:1]).encode(),
            "error": f"something was wrong with {filled.candidate_id}",
            "parked_at": NOW,
        }
    number = filled.rows["results"]["registration_number"]
    if table.name == "import_chunks":
        rows = [[2, [number, marker]], [3, ["R-other", "nobody's concern"]]]
        return {"import_id": entry_id, "first": 0, "rows": json.dumps(rows), "outcomes": "aa"}
    if table.name == "import_errors":
        faults = [{"field": "score", "message": f"{marker} is none"}]
        cells = [filled.candidate_id, marker]
        return {"import_id": entry_id, "row_number": 4, "faults": faults, "cells": cells}
    if table.name == "calls":
        filled.markers[table.name, "body"] = f"/results/vue/{number}"
        return {
            **{column.name: _harmless(column) for column in table.columns},
            "id": entry_id,
            "path": f"/results/vue/{number}",
        }
    assert table.name == "idempotency_keys"
    answer = {"results": [{"registration_number": number, "note": marker}]}
    return {
        "client": "vue",
        "key": marker,
        "digest": "d",
        "created_at": NOW,
        "status": 200,
        "media_type": "application/json",
        "body": json.dumps(answer).encode(),
    }


async def _parent(session: AsyncSession, table: Table) -> UUID:
    """A row of a table that holds nothing about persons, for theirs to belong to."""
    row = {column.name: _harmless(column) for column in table.columns}
    # Whatever works such rows off must find nothing to do.
    row |= {"finished_at": NOW, "state": "finished"}
    await session.execute(insert(table).values(row))
    made: UUID = row["id"]
    return made


def _is_swept(register: Register, name: str) -> bool:
    entry = register.tables[name]
    return isinstance(entry, Held) and entry.swept


def _plain(kind: Any) -> Any:
    if isinstance(kind, JSONDocument):
        return kind
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
