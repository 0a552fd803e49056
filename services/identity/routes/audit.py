"""The record of what was done to accounts."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from services.identity import audit_queries
from services.identity.audit_queries import AuditFilter
from services.identity.errors import UnknownProgramme
from services.identity.models import AuditEntry
from services.identity.schemas import NO_NULL, AuditEntryOut
from shared.auth import Principal, staff
from shared.cells import defused
from shared.database import Database
from shared.errors import FieldError, Unprocessable
from shared.pages import CursorText, Limit, Page, decode_cursor, page
from shared.web import Here, Read

router = APIRouter(prefix="/audit", tags=["audit"])
Reader = Annotated[Principal, staff("audit:read")]
Word = Annotated[str | None, Query(max_length=200, pattern=NO_NULL)]
_COLUMNS = (
    "at",
    "action",
    "by",
    "by_kind",
    "by_id",
    "subject",
    "details",
    "request_id",
    "entry_id",
)


async def _wanted(
    reader: Reader,
    here: Here,
    programme: Annotated[str, Query(max_length=40)],
    action: Word = None,
    subject: Word = None,
    by: Word = None,
    since: date | None = None,
    until: date | None = None,
) -> AuditFilter:
    reader.may_see(programme)
    known = here.programmes.get(programme)
    if known is None:
        raise UnknownProgramme(f"There is no programme {programme!r}.")
    # The first and the last day of the calendar have no day beside them to count with.
    for name, day in (("since", since), ("until", until)):
        if day is not None and not 1900 <= day.year <= 9000:
            problem = FieldError(field=name, message="a day between 1900 and 9000 is expected")
            raise Unprocessable("The day is too far away.", errors=[problem])
    return AuditFilter(
        programme,
        known.timezone,
        action=action,
        subject=subject and subject.strip(),
        by=by and by.strip(),
        since=since,
        until=until,
    )


Wanted = Annotated[AuditFilter, Depends(_wanted)]


@router.get("")
async def list_entries(
    wanted: Wanted, session: Read, cursor: CursorText = None, limit: Limit = 50
) -> Page[AuditEntryOut]:
    """Return what was done in a programme, newest first.

    action: whole ("staff.invited") or the noun alone ("staff"); by: an id, a kind such as system,
    or words of a name; since, until: calendar days in the programme's time zone, both included.
    """
    found = await audit_queries.entries(session, wanted, before=before(cursor), limit=limit + 1)
    part = page(found, limit, lambda row: [str(row.id)])
    part["items"] = [_out(row) for row in part["items"]]
    return Page[AuditEntryOut].model_validate(part)


@router.get("/actions")
async def list_actions(
    reader: Reader, session: Read, programme: Annotated[str, Query(max_length=40)]
) -> list[str]:
    """Return the actions that are on record in a programme."""
    reader.may_see(programme)
    return await audit_queries.actions(session, programme)


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def export_entries(wanted: Wanted, here: Here) -> StreamingResponse:
    """Fetch what was done as CSV, newest first.

    What a spreadsheet would run as a formula has an apostrophe before it.
    """
    return StreamingResponse(
        _lines(here.database, wanted),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="audit-{wanted.programme}.csv"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _lines(database: Database, wanted: AuditFilter) -> AsyncIterator[bytes]:
    yield _line(_COLUMNS)
    async for entry in audit_queries.all_entries(database, wanted):
        details = json.dumps(entry.details, ensure_ascii=False, sort_keys=True)
        cells = (
            entry.at.isoformat(timespec="seconds"),
            entry.action,
            entry.by_name or "",
            entry.by_kind,
            entry.by_id or "",
            entry.subject or "",
            details if entry.details else "",
            entry.request_id or "",
            str(entry.id),
        )
        yield _line([defused(cell) for cell in cells])


def _line(cells: tuple[str, ...] | list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _out(row: AuditEntry) -> AuditEntryOut:
    return AuditEntryOut(
        entry_id=row.id,
        at=row.at,
        programme=row.programme,
        action=row.action,
        by_kind=row.by_kind,
        by_id=row.by_id,
        by_name=row.by_name,
        subject=row.subject,
        details=row.details,
        request_id=row.request_id,
    )


def before(cursor: str | None) -> UUID | None:
    """Return the id that a list by time goes on before; refuses another cursor."""
    key = decode_cursor(cursor)
    try:
        return UUID(str(key[0])) if key else None
    except ValueError:
        problem = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("the cursor is not valid", errors=[problem]) from None
