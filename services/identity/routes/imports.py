"""Accounts by file."""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Iterable
from typing import IO, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.identity import import_queries
from services.identity.account_files import looked_through, parts
from services.identity.errors import UnknownImport, UnknownProgramme
from services.identity.handlers.account_imports import begin_import, end_import, take_rows
from services.identity.models import AccountImport
from services.identity.routes.audit import before
from services.identity.schemas import AccountImportOut, RefusedRowOut
from shared.auth import Principal, staff
from shared.cells import defused
from shared.context import ServiceContext
from shared.forms import SPOOL, parts_of
from shared.pages import CursorText, Limit, Page, page
from shared.web import Here, Read

router = APIRouter(prefix="/imports", tags=["accounts by file"])
Reader = Annotated[Principal, staff("imports:read")]
Writer = Annotated[Principal, staff("imports:write")]
_SHOWN = 50
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.post("", status_code=201, openapi_extra=_BODY)
async def take_file(
    request: Request,
    response: Response,
    by: Writer,
    here: Here,
    programme: Annotated[str, Query(max_length=40)],
    name: Annotated[str, Query(max_length=200, description="The file's name")] = "accounts.csv",
    welcome: Annotated[
        bool, Query(description="Mail those who are made a link for their first sign-in")
    ] = False,
) -> AccountImportOut:
    """Make candidates of the rows of a CSV file (UTF-8; by default up to 20 MB, 100,000 rows).

    Columns: email, given_name and family_name (one of them at least), and if wanted locale,
    vendor with testing_id. Who is there already is left as they are, so that a corrected file
    can be sent again. A file that cannot be read for certain is refused as a whole, naming the
    line; what is wrong in single rows is in the errors file. Nothing of a refused row is kept.
    """
    by.may_see(programme)
    if programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {programme!r}.")
    settings = here.settings
    with tempfile.SpooledTemporaryFile(SPOOL) as file:
        async for part in parts_of(request, settings.account_file_bytes):
            file.write(part)
        await asyncio.to_thread(looked_through, file, settings.account_file_rows)
        shown = " ".join(name.split()) or "accounts.csv"
        async with here.database.transaction() as session:
            import_id = await begin_import(
                session, by, programme=programme, name=shown, welcome=welcome
            )
        await _take(here, by, import_id, file)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/imports/{import_id}"
    async with here.database.reading() as session:
        return await _one(session, import_id, by)


async def _take(here: ServiceContext, by: Principal, import_id: UUID, file: IO[bytes]) -> None:
    state = "broken_off"
    try:
        for rows in parts(file):
            async with here.database.transaction() as session:
                await take_rows(session, import_id, rows)
        state = "finished"
    finally:
        async with here.database.transaction() as session:
            await end_import(session, by, import_id, state)


@router.get("")
async def list_imports(
    reader: Reader,
    session: Read,
    programme: Annotated[str, Query(max_length=40)],
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[AccountImportOut]:
    """Return the files of accounts that a programme's staff handed in, newest first."""
    reader.may_see(programme)
    found = await import_queries.imports(session, programme, before=before(cursor), limit=limit + 1)
    part = page(found, limit, lambda row: [str(row.id)])
    part["items"] = [_out(row) for row in part["items"]]
    return Page[AccountImportOut].model_validate(part)


@router.get("/{import_id}")
async def show_import(import_id: UUID, reader: Reader, session: Read) -> AccountImportOut:
    """Return one file, with the first of its rows that were refused."""
    return await _one(session, import_id, reader)


@router.get("/{import_id}/outcomes", response_class=StreamingResponse, responses=_CSV)
async def fetch_outcomes(
    import_id: UUID, reader: Reader, here: Here, session: Read
) -> StreamingResponse:
    """Fetch what became of every row, as CSV: row, outcome, candidate_id, message."""
    await _found(session, import_id, reader)
    return _file("outcomes", _outcomes(here, import_id))


@router.get("/{import_id}/errors", response_class=StreamingResponse, responses=_CSV)
async def fetch_errors(
    import_id: UUID, reader: Reader, here: Here, session: Read
) -> StreamingResponse:
    """Fetch what was wrong, as CSV: row, field, message. What stood in the rows is not kept."""
    await _found(session, import_id, reader)
    return _file("errors", _errors(here, import_id))


async def _outcomes(here: ServiceContext, import_id: UUID) -> AsyncIterator[bytes]:
    yield _line(("row", "outcome", "candidate_id", "message"))
    async for row in import_queries.all_rows(here.database, import_id):
        said = "; ".join(f"{one['field']}: {one['message']}" for one in row.faults)
        yield _line((str(row.row), row.outcome, row.candidate_id or "", defused(said)))


async def _errors(here: ServiceContext, import_id: UUID) -> AsyncIterator[bytes]:
    yield _line(("row", "field", "message"))
    async for row in import_queries.all_rows(here.database, import_id, only="rejected"):
        for one in row.faults:
            yield _line((str(row.row), one["field"], defused(one["message"])))


def _file(what: str, lines: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(
        lines,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="accounts-{what}.csv"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


async def _found(session: Read, import_id: UUID, reader: Principal) -> AccountImport:
    found = await import_queries.one_import(session, import_id, reader.programmes)
    if found is None:
        raise UnknownImport("There is no such file, or it is not of your programmes.")
    return found


async def _one(session: Read, import_id: UUID, reader: Principal) -> AccountImportOut:
    found = await _found(session, import_id, reader)
    refused = await import_queries.first_faults(session, import_id, _SHOWN)
    shown = [RefusedRowOut(row=one.row, faults=one.faults) for one in refused]
    return _out(found).model_copy(update={"refused": shown})


def _out(row: AccountImport) -> AccountImportOut:
    names = set(AccountImportOut.model_fields) - {"import_id", "refused"}
    return AccountImportOut(import_id=row.id, **{name: getattr(row, name) for name in names})
