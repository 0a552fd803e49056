"""Copies: a service's part of what is held about a person, as one ZIP of JSON and files."""

import hashlib
import io
import re
import secrets
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from pydantic_core import to_json
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.context import ServiceContext
from shared.my_data.register import Held, Person, Register
from shared.my_data.sweeps import Sweep
from shared.my_data.traces import Traces

PREFIX = "data-copies"
DATA = "data.json"
# So that the parts, and the whole, come out the same however often they are made.
_STAMP = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Document:
    """A file for the copy, such as a certificate; name: what the person will see."""

    name: str
    content: bytes


Documents: TypeAlias = Callable[[ServiceContext, AsyncSession, Person], AsyncIterator[Document]]


@dataclass(frozen=True, slots=True)
class Part:
    """A service's part of a copy, as it lies in the storage."""

    key: str
    sha256: str
    content: bytes


def part_key(request_id: object, service: str) -> str:
    """Return a new key for a part: nobody can guess it, and nobody typed it."""
    return f"{PREFIX}/{request_id}/{service}-{secrets.token_hex(16)}.zip"


async def rows_of(session: AsyncSession, register: Register, person: Person) -> dict[str, Any]:
    """Return what the tables hold about a person, by table, each with its meaning in words."""
    found: dict[str, Any] = {}
    for table, entry in register.held():
        if entry.rows is None:
            continue
        shown = [column for column in table.columns if column.name not in entry.secret]
        rows = (
            await session.execute(select(*shown).where(register.where(table, person)))
        ).mappings()
        found[table.name] = {**_meaning(entry), "rows": [dict(row) for row in rows]}
    return found


def _meaning(entry: Held) -> dict[str, Any]:
    left_out = dict(entry.secret)
    return {"what": entry.says, **({"left_out": left_out} if left_out else {})}


async def write_part(
    here: ServiceContext,
    register: Register,
    person: Person,
    traces: Traces,
    sweeps: Sequence[Sweep],
    documents: Documents | None,
) -> bytes:
    """Return a service's part of the copy of a person's data, as a ZIP."""
    files: dict[str, bytes] = {}
    async with here.database.reading() as session:
        held = await rows_of(session, register, person)
        if documents is not None:
            async for document in documents(here, session, person):
                files[_unused(f"documents/{plain_name(document.name)}", files)] = document.content
    for sweep in sweeps:
        async for name, row in sweep.find(here, traces):
            entry = register.tables.get(name)
            meaning = _meaning(entry) if isinstance(entry, Held) else {}
            held.setdefault(name, {**meaning, "rows": []})["rows"].append(row)
    held = {name: one for name, one in held.items() if one["rows"]}
    data = {"service": here.name, "written_at": here.clock.now(), "tables": held}
    return zipped({DATA: to_json(data, indent=2, bytes_mode="base64"), **files})


def zipped(files: "dict[str, bytes]") -> bytes:
    """Return files as a ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP that a service has written."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def digest(content: bytes) -> str:
    """Return the SHA-256 as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


def plain_name(name: str) -> str:
    """Return a file's name without what leads out of its folder or what Windows refuses."""
    name = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", name).strip(". ")
    return name[-120:] or "document"


def _unused(name: str, taken: "dict[str, bytes]") -> str:
    stem, dot, ending = name.rpartition(".")
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{stem} ({number}){dot}{ending}" if dot else f"{name} ({number})"
    return found


def at(moment: datetime) -> str:
    """Return an instant as it is written in a copy."""
    return moment.isoformat(timespec="seconds")
