"""Files: uploaded, watched, and their rejected rows fetched to be corrected."""

import asyncio
import csv
import io
import re
import tempfile
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any, Literal
from urllib.parse import unquote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.exams import queries
from services.exams.domain.sheet import ERROR_COLUMNS, Kind, Unreadable, defused
from services.exams.errors import UnknownProgramme, UnreadableFile
from services.exams.handlers.importing import Upload, read_upload, store_import
from services.exams.routes.body import parts_of
from services.exams.routes.cursor import id_of
from services.exams.schemas import ImportState
from shared.auth import Audience, Principal
from shared.context import ServiceContext
from shared.errors import FieldError, Forbidden
from shared.pages import CursorText, Limit, Page, page
from shared.web import Here, Read

router = APIRouter(prefix="/imports", tags=["imports"])

SPOOL = 1_000_000

Caller = Annotated[Principal, Depends(Audience("vendor-or-staff", None))]


def _reader(principal: Caller) -> Principal:
    """Vendors read what they uploaded; staff need the scope."""
    if principal.kind == "staff" and "imports:read" not in principal.scopes:
        raise Forbidden("the access token lacks the scope 'imports:read'")
    if principal.kind == "vendor" and not principal.vendor:
        raise Forbidden("the access token does not say which vendor it is for")
    return principal


Reader = Annotated[Principal, Depends(_reader)]


def _may_upload(principal: Principal, kind: Kind, programme: str) -> None:
    """Staff need imports:write; for a vendor, the right to post such items will do as well."""
    enough = {"imports:write"}
    if principal.kind == "vendor":
        enough.add(f"{kind}:write")
        if not principal.vendor:
            raise Forbidden("the access token does not say which vendor it is for")
    if not enough & principal.scopes:
        raise Forbidden(f"the access token lacks the scope {' or '.join(sorted(enough))}")
    principal.may_see(programme)


@router.post(
    "",
    status_code=202,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def upload_file(
    request: Request,
    response: Response,
    here: Here,
    principal: Caller,
    kind: Literal["results", "registrations"],
    programme: Annotated[str, Query(max_length=32)],
    name: Annotated[str | None, Query(max_length=200, description="The file's name")] = None,
) -> ImportState:
    """Take a CSV file (UTF-8, up to 50,000 rows and 20 MB) and work it off in the background.

    A file that cannot be read for certain is refused as a whole, naming the line; what is wrong
    in single rows ends up in the errors file.
    """
    if programme not in here.programmes:
        raise UnknownProgramme(f"there is no programme {programme!r}")
    _may_upload(principal, kind, programme)
    upload = await _received(request, here, principal, kind, programme, _file_name(request, name))
    async with here.database.transaction() as session:
        stored = await store_import(session, upload)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/imports/{stored.id}"
    return ImportState.model_validate(stored)


async def _received(
    request: Request,
    here: ServiceContext,
    principal: Principal,
    kind: Kind,
    programme: str,
    name: str,
) -> Upload:
    """Read the body to the end, then the file; both before any transaction is opened."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as file:
        async for part in parts_of(request, here.settings.import_bytes):
            file.write(part)
        file.seek(0)
        try:
            return await asyncio.to_thread(
                read_upload,
                file,
                kind=kind,
                programme=programme,
                vendor=principal.vendor if principal.kind == "vendor" else None,
                name=name,
                uploaded_by=principal.subject,
                chunk=here.settings.import_chunk,
                most_rows=here.settings.import_rows,
            )
        except Unreadable as unreadable:
            errors = [
                FieldError(line=fault.line, field=fault.field, message=fault.message)
                for fault in unreadable.faults
            ]
            raise UnreadableFile(
                f"line {errors[0].line}: {errors[0].message}; nothing of the file was stored",
                errors=errors,
            ) from None


def _file_name(request: Request, given: str | None) -> str:
    """The file's own name without a path or control characters (RFC 6266 for the header)."""
    if not given:
        header = request.headers.get("content-disposition", "")
        extended = re.search(r"filename\*=(?:UTF-8|utf-8)''([^;]+)", header)
        plain = re.search(r'filename="([^"]*)"|filename=([^;]+)', header)
        if extended:
            given = unquote(extended[1], errors="replace")
        elif plain:
            given = plain[1] or plain[2]
    kept = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", given or "")[-1]).strip()
    return kept[:200] or "upload.csv"


@router.get("")
async def list_imports(
    session: Read,
    reader: Reader,
    programme: Annotated[str | None, Query(max_length=32)] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[ImportState]:
    """List imports, newest first: a vendor's own, or those of staff's programmes."""
    programmes = _programmes(reader, programme)
    found = await queries.imports(session, programmes, reader.vendor, id_of(cursor), limit)
    return Page[ImportState].model_validate(
        page(found, limit, lambda row: [str(row.id)]), from_attributes=True
    )


def _programmes(reader: Principal, programme: str | None) -> frozenset[str]:
    if programme is None:
        return reader.programmes
    reader.may_see(programme)
    return frozenset({programme})


@router.get("/{import_id}")
async def get_import(import_id: UUID, session: Read, reader: Reader) -> ImportState:
    """Tell how far an import has come."""
    found = await queries.one_import(session, import_id, reader.programmes, reader.vendor)
    return ImportState.model_validate(found)


@router.get(
    "/{import_id}/errors",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def get_errors(
    import_id: UUID, here: Here, session: Read, reader: Reader
) -> StreamingResponse:
    """Fetch the rejected rows as CSV: row, field, message, then the row's own columns.

    Corrected, the file can be posted again as it is. What a spreadsheet would run as a formula
    has an apostrophe before it, which is taken off again when the file is posted.
    """
    found = await queries.one_import(session, import_id, reader.programmes, reader.vendor)
    name = re.sub(r"[^A-Za-z0-9._-]", "_", f"errors-{found.name}")
    return StreamingResponse(
        _errors_file(here, import_id, found.columns),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _errors_file(
    here: ServiceContext, import_id: UUID, columns: list[str]
) -> AsyncIterator[str]:
    own = [place for place, column in enumerate(columns) if column not in ERROR_COLUMNS]
    yield _line([*ERROR_COLUMNS, *(columns[place] for place in own)])
    async for row, faults, cells in queries.rejected_rows(here.database, import_id):
        fields = "; ".join(fault["field"] for fault in faults)
        messages = "; ".join(f"{fault['field']}: {fault['message']}" for fault in faults)
        message = faults[0]["message"] if len(faults) == 1 else messages
        yield _line(map(defused, (str(row), fields, message, *(cells[place] for place in own))))


def _line(cells: Iterable[Any]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
