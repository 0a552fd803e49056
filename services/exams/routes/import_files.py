"""What becomes of an import's rows: progress as it happens, outcomes and errors as files."""

import asyncio
import csv
import io
import re
import time
from collections.abc import AsyncIterator, Iterable
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from services.exams import queries
from services.exams.domain.format import Format
from services.exams.domain.formats import ERRORS
from services.exams.domain.letters import REJECTED, said_by
from services.exams.domain.rows import RowReader
from services.exams.domain.sheet import ERROR_COLUMNS
from services.exams.errors import RowsForgotten
from services.exams.handlers.importing import layout_of
from services.exams.models import Import
from services.exams.routes.imports import Reader
from services.exams.routes.recorded import RecordedUpload
from services.exams.schemas import ImportState
from shared.cells import defused
from shared.context import ServiceContext
from shared.web import Here, Read

router = APIRouter(prefix="/imports", tags=["imports"], route_class=RecordedUpload)

LOOK_SECONDS = 0.5
QUIET_SECONDS = 15.0
LONGEST_SECONDS = 300.0
"""A stream ends after so long and is asked for again, so that it outlives no token by much."""

_CHARSETS = {"cp1252": "windows-1252"}
_FILE = {"text/csv": {"schema": {"type": "string"}}}
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": _FILE}}


@router.get(
    "/{import_id}/progress",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def get_progress(
    import_id: UUID, here: Here, session: Read, reader: Reader
) -> StreamingResponse:
    """Follow an import (server-sent events): the import as `GET /imports/{id}` at each change.

    Each is an event `progress`; the last, when the import has ended, is an event `ended`. The
    stream also ends after five minutes and can be asked for again.
    """
    found = await queries.one_import(session, import_id, reader.programmes, reader.vendor)
    return StreamingResponse(
        _progress(here, import_id, ImportState.model_validate(found)),
        media_type="text/event-stream",
        # A gateway in between must pass each event on as it comes.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _progress(
    here: ServiceContext, import_id: UUID, first: ImportState
) -> AsyncIterator[str]:
    state: ImportState = first
    began = said = time.monotonic()
    yield _event(state)
    while state.finished_at is None and time.monotonic() - began < LONGEST_SECONDS:
        await asyncio.sleep(LOOK_SECONDS)
        # Shielded: a look that its reader's leaving broke off would leave a connection behind.
        found = await asyncio.shield(_look(here, import_id))
        if found is None:  # its upload broke off
            return
        now = ImportState.model_validate(found)
        if now != state:
            state, said = now, time.monotonic()
            yield _event(state)
        elif time.monotonic() - said > QUIET_SECONDS:
            said = time.monotonic()
            yield ": still there\n\n"


async def _look(here: ServiceContext, import_id: UUID) -> Import | None:
    async with here.database.reading() as session:
        return await session.get(Import, import_id)


def _event(state: ImportState) -> str:
    name = "progress" if state.finished_at is None else "ended"
    return f"event: {name}\ndata: {state.model_dump_json()}\n\n"


@router.get("/{import_id}/errors", response_class=StreamingResponse, responses=_CSV)
async def get_errors(
    import_id: UUID, here: Here, session: Read, reader: Reader
) -> StreamingResponse:
    """Fetch the rejected rows as a file: row, field, message, then the row's own columns.

    It is written as the file was, and corrected it can be posted again as it is. What a
    spreadsheet would run as a formula has an apostrophe before it, which is taken off again when
    the file is posted.
    """
    found = await queries.one_import(session, import_id, reader.programmes, reader.vendor)
    layout = layout_of(session, found)
    return _file(ERRORS, found, layout, _errors_file(here, found, layout))


async def _errors_file(here: ServiceContext, found: Import, layout: Format) -> AsyncIterator[bytes]:
    yield _line(layout, [*ERROR_COLUMNS, *map(defused, found.columns)])
    async for row, faults, cells in queries.rejected_rows(here.database, found.id):
        fields = "; ".join(fault["field"] for fault in faults)
        yield _line(layout, map(defused, (str(row), fields, _message(faults), *cells)))


@router.get("/{import_id}/outcomes", response_class=StreamingResponse, responses=_CSV)
async def get_outcomes(
    import_id: UUID, here: Here, session: Read, reader: Reader
) -> StreamingResponse:
    """Fetch what became of every row so far, as CSV: row, number, outcome, state, message.

    number: the row's registration number or external id. Kept for some days after the import
    has ended (410 afterwards); the errors file is kept on.
    """
    found = await queries.one_import(session, import_id, reader.programmes, reader.vendor)
    if found.done and not await queries.has_outcomes(session, import_id):
        raise RowsForgotten("the rows of this import were deleted; its errors file is still there")
    plain = Format(name="outcomes", kind="results", columns={})
    rows = RowReader(layout_of(session, found), found.columns, found.programme)
    return _file("outcomes-", found, plain, _outcomes_file(here, import_id, plain, rows))


async def _outcomes_file(
    here: ServiceContext, import_id: UUID, plain: Format, reader: RowReader
) -> AsyncIterator[bytes]:
    yield _line(plain, ("row", "number", "outcome", "state", "message"))
    async for rows, letters, rejected in queries.outcomes(here.database, import_id):
        lines = []
        for (number, cells), letter in zip(rows, letters, strict=True):
            outcome, state = said_by(letter)
            message = _message(rejected[number]) if letter == REJECTED else ""
            said = (str(number), defused(reader.key(cells)), outcome, state, defused(message))
            lines.append(_line(plain, said))
        yield b"".join(lines)


def _message(faults: list[dict[str, str]]) -> str:
    if len(faults) == 1:
        return faults[0]["message"]
    return "; ".join(f"{fault['field']}: {fault['message']}" for fault in faults)


def _file(
    what: str, found: Import, layout: Format, content: AsyncIterator[bytes]
) -> StreamingResponse:
    name = re.sub(r"[^A-Za-z0-9._-]", "_", what + found.name)
    charset = _CHARSETS.get(layout.encoding, layout.encoding)
    kind = "tab-separated-values" if layout.delimiter == "\t" else "csv"
    return StreamingResponse(
        content,
        media_type=f"text/{kind}; charset={charset}",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _line(layout: Format, cells: Iterable[Any]) -> bytes:
    """A line as files of the format are written."""
    if not layout.quoted:
        # Nothing can be quoted there, so nothing may look like the end of a cell or of a row.
        text = layout.delimiter.join(re.sub(r"[\t\r\n]", " ", str(cell)) for cell in cells)
        return f"{text}\r\n".encode(layout.encoding, "replace")
    written = io.StringIO()
    csv.writer(written, delimiter=layout.delimiter).writerow(cells)
    return written.getvalue().encode(layout.encoding, "replace")
