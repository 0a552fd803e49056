"""Files: uploaded, watched and cancelled."""

import re
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import unquote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.requests import ClientDisconnect

from services.exams import queries
from services.exams.domain.format import Format, Kind
from services.exams.domain.formats import DEFAULTS, format_of_name, formats_of
from services.exams.domain.items import PRINTABLE
from services.exams.domain.sheet import Unreadable
from services.exams.errors import UnknownFormat, UnknownProgramme, UnreadableFile
from services.exams.handlers.importing import cancel_import
from services.exams.handlers.receiving import Arrival, receiving
from services.exams.models import Import
from services.exams.routes.cursor import id_of
from services.exams.routes.recorded import RecordedUpload
from services.exams.schemas import FileFormat, FileFormats, ImportState
from shared.auth import Audience, Principal
from shared.context import ServiceContext
from shared.errors import FieldError, Forbidden, Problem, TooLarge
from shared.forms import parts_of
from shared.pages import CursorText, Limit, Page, page
from shared.programmes import Programme
from shared.web import Here, Read, Write

router = APIRouter(prefix="/imports", tags=["imports"], route_class=RecordedUpload)

Caller = Annotated[Principal, Depends(Audience("vendor-or-staff", None))]


def _reader(principal: Caller) -> Principal:
    """Vendors read what they uploaded; staff need the scope."""
    if principal.kind == "staff":
        return principal.within("imports:read")
    if principal.kind == "vendor" and not principal.vendor:
        raise Forbidden("the access token does not say which vendor it is for")
    return principal


Reader = Annotated[Principal, Depends(_reader)]

# What a vendor may post one by one it may send as a file.
_AS_GOOD: dict[Kind, frozenset[str]] = {
    "results": frozenset({"results:write"}),
    "registrations": frozenset({"registrations:write"}),
    "credits": frozenset({"credits:write"}),
    "changes": frozenset({"results:write", "registrations:write"}),
}


def _may_write(principal: Principal, kind: Kind, programme: str) -> None:
    """Staff need imports:write; for a vendor, the right to post such items will do as well."""
    if principal.kind == "vendor" and not principal.vendor:
        raise Forbidden("the access token does not say which vendor it is for")
    as_good = _AS_GOOD.get(kind, frozenset()) if principal.kind == "vendor" else frozenset()
    if "imports:write" not in principal.scopes and not (as_good and as_good <= principal.scopes):
        also = f" or {' and '.join(sorted(as_good))}" if as_good else ""
        raise Forbidden(f"the access token lacks the scope imports:write{also}")
    if principal.kind == "staff":
        principal.may(programme, "imports:write")
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
    programme: Annotated[str, Query(max_length=32)],
    kind: Annotated[Kind | None, Query(description="What its rows are; in our own CSV")] = None,
    format_name: Annotated[
        str | None,
        Query(
            alias="format",
            max_length=80,
            description="How it is written; without it and a kind, the file's name decides",
        ),
    ] = None,
    name: Annotated[
        str | None, Query(max_length=200, pattern=PRINTABLE, description="The file's name")
    ] = None,
    vendor: Annotated[
        str | None,
        Query(max_length=32, description="For staff: whose file it is, if no column says so"),
    ] = None,
    dry_run: Annotated[
        bool, Query(description="Only tell what would become of each row; store nothing else")
    ] = False,
) -> ImportState:
    """Take a file (by default up to 2,000,000 rows and 500 MB) and work it off in the background.

    The body is read as it arrives. A file that cannot be read for certain is refused as a whole,
    naming the line; what is wrong in single rows ends up in the errors file.
    """
    known = here.programmes.get(programme)
    if known is None:
        raise UnknownProgramme(f"there is no programme {programme!r}")
    file = _file_name(request, name)
    layout = _layout(known, principal, kind, format_name, file, vendor)
    _may_write(principal, layout.kind, programme)
    arrival = Arrival(
        layout=layout,
        programme=programme,
        vendor=_vendor(here, known, principal, vendor or layout.vendor),
        name=file,
        uploaded_by=principal.subject,
        dry_run=dry_run,
    )
    stored = await _received(request, here, arrival)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/imports/{stored.id}"
    return ImportState.model_validate(stored)


def _layout(
    programme: Programme,
    principal: Principal,
    kind: Kind | None,
    named: str | None,
    file: str,
    vendor: str | None,
) -> Format:
    """The format that was asked for, or that the kind or the file's name tells."""
    formats = formats_of(programme)
    theirs = principal.vendor or vendor
    if named is not None:
        layout = formats.get(named)
    elif kind is not None:
        layout = DEFAULTS.get(kind)
    else:
        layout = format_of_name(file, programme, theirs)
    if layout is None:
        given = named or kind or file
        message = f"{given!r} tells no format; known are {', '.join(sorted(formats))}"
        raise UnknownFormat(message, errors=[FieldError(field="format", message=message)])
    if kind is not None and layout.kind != kind:
        message = f"a file in the format {layout.name!r} holds {layout.kind}, not {kind}"
        raise UnknownFormat(message, errors=[FieldError(field="kind", message=message)])
    if theirs is not None and layout.vendor not in (None, theirs):
        message = f"the format {layout.name!r} is that of {layout.vendor!r}"
        raise UnknownFormat(message, errors=[FieldError(field="vendor", message=message)])
    return layout


def vendor_named(here: ServiceContext, programme: Programme, named: str) -> str:
    """Return the vendor whom staff name; raises UnknownFormat for one that nobody knows."""
    if named not in here.settings.vendors | set(programme.vendors):
        message = f"unknown vendor {named!r}"
        raise UnknownFormat(message, errors=[FieldError(field="vendor", message=message)])
    return named


def _vendor(
    here: ServiceContext, programme: Programme, principal: Principal, named: str | None
) -> str | None:
    """Whose word the file is; None if its rows say so themselves."""
    if principal.kind == "vendor":
        if named not in (None, principal.vendor):
            raise Forbidden(f"the access token is that of {principal.vendor!r}")
        return principal.vendor
    return None if named is None else vendor_named(here, programme, named)


async def _received(request: Request, here: ServiceContext, arrival: Arrival) -> Import:
    """Read the body part by part, each stored before much more is read."""
    most = here.settings.import_bytes
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise TooLarge(f"the body may have at most {most:,} bytes", limit=most)
    parts = parts_of(request, most)
    try:
        async with receiving(here, arrival) as reception:
            async for part in parts:
                await reception.add(part)
            return await reception.end()
    except Unreadable as unreadable:
        await _heard_out(parts)
        errors = [
            FieldError(line=fault.line, field=fault.field, message=fault.message)
            for fault in unreadable.faults
        ]
        raise UnreadableFile(
            f"line {errors[0].line}: {errors[0].message}; nothing of the file was stored",
            errors=errors,
        ) from None


async def _heard_out(parts: AsyncIterator[bytes]) -> None:
    """Read a body to its end: most clients look for an answer only then."""
    try:
        async for _ in parts:
            pass
    except (ClientDisconnect, Problem):
        return


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


@router.get("/formats")
async def list_formats(
    here: Here, reader: Reader, programme: Annotated[str, Query(max_length=32)]
) -> FileFormats:
    """List the formats in which the caller may send files to a programme."""
    reader.may_see(programme)
    known = here.programmes.get(programme)
    if known is None:
        raise UnknownProgramme(f"there is no programme {programme!r}")
    return FileFormats(
        items=[
            FileFormat(
                name=layout.name,
                kind=layout.kind,
                vendor=layout.vendor,
                description=layout.description,
                encoding=layout.encoding,
                delimiter=layout.delimiter,
                columns=sorted(layout.columns),
            )
            for layout in formats_of(known).values()
            if reader.vendor is None or layout.vendor in (None, reader.vendor)
        ]
    )


@router.get("/{import_id}")
async def get_import(import_id: UUID, session: Read, reader: Reader) -> ImportState:
    """Tell how far an import has come."""
    found = await queries.one_import(session, import_id, reader.programmes, reader.vendor)
    return ImportState.model_validate(found)


@router.post("/{import_id}/cancel")
async def cancel(import_id: UUID, session: Write, principal: Caller) -> ImportState:
    """Stop an import: what has been taken in stays, the rest never is.

    Also one whose file is still arriving; its upload is then answered with 409.
    """
    found = await queries.one_import(session, import_id, principal.programmes, principal.vendor)
    _may_write(principal, found.kind, found.programme)  # type: ignore[arg-type]  # a kind's name
    await cancel_import(session, found)
    return ImportState.model_validate(found)
