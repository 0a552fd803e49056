"""Pearson VUE's files: what is new for it to fetch, and what it hands in, in an archive or not."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.exams.booking_queries import untold
from services.exams.booking_schemas import FilesTaken, FileTaken, UntoldList
from services.exams.domain.archive import MAGIC, PART, BadArchive, archive
from services.exams.domain.format import Format
from services.exams.domain.formats import format_of_name
from services.exams.domain.items import PRINTABLE
from services.exams.domain.pearson import VENDOR
from services.exams.domain.pearson_exports import ExportKind
from services.exams.domain.sheet import Unreadable
from services.exams.errors import UnknownFormat, UnknownProgramme, UnreadableFile
from services.exams.handlers import exporting
from services.exams.handlers.receiving import Arrival, receiving
from services.exams.routes.imports import vendor_named
from services.exams.routes.recorded import RecordedUpload
from services.exams.schemas import ImportState
from shared.auth import Audience, Principal, staff
from shared.context import ServiceContext
from shared.errors import FieldError, Forbidden
from shared.forms import parts_of
from shared.web import Here, Read, Write

router = APIRouter(
    prefix="/feeds/pearson-vue", tags=["vendors' own feeds"], route_class=RecordedUpload
)

FILE_TYPE = "text/tab-separated-values; charset=windows-1252"
SPOOL = 1_000_000
Caller = Annotated[Principal, Depends(Audience("vendor-or-staff", None))]
ProgrammeQuery = Annotated[str, Query(max_length=32)]
VendorQuery = Annotated[str, Query(max_length=32, pattern=r"^[a-z0-9][a-z0-9-]*$")]


def _allowed(
    here: ServiceContext, principal: Principal, programme: str, asked: str, needed: str
) -> str:
    """The vendor whose files the caller may handle; a vendor's machine has its own only.

    Raises UnknownProgramme, and UnknownFormat for a vendor that nobody knows.
    """
    principal.may(programme, needed)
    if programme not in here.programmes:
        raise UnknownProgramme(f"there is no programme {programme!r}")
    if principal.kind == "staff":
        return vendor_named(here, here.programmes[programme], asked)
    if not principal.vendor:
        raise Forbidden("the access token does not say which vendor it is for")
    return principal.vendor


def _exporter(here: ServiceContext, principal: Principal, programme: str, asked: str) -> str:
    needed = "authorizations:read" if principal.kind == "vendor" else "authorizations:write"
    return _allowed(here, principal, programme, asked, needed)


def _download(file: exporting.ExportFile) -> Response:
    if not file.lines:
        return Response(status_code=204)
    return Response(
        file.body,
        media_type=FILE_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/tab-separated-values": {"schema": {"type": "string"}}}},
    204: {"description": "There is nothing new to tell"},
}


@router.get("/files/{kind}", response_class=Response, responses=_FILE)
async def get_export(
    kind: ExportKind,
    here: Here,
    session: Read,
    principal: Caller,
    programme: ProgrammeQuery,
    vendor: VendorQuery = VENDOR,
) -> Response:
    """Look at the file that would be sent now; nothing is marked as sent."""
    whose = _exporter(here, principal, programme, vendor)
    return _download(await exporting.preview(session, kind, programme, whose))


@router.post("/files/{kind}/sent", response_class=Response, responses=_FILE)
async def send_export(
    kind: ExportKind,
    here: Here,
    session: Write,
    principal: Caller,
    programme: ProgrammeQuery,
    vendor: VendorQuery = VENDOR,
) -> Response:
    """Make the file of what is new since the last one, and mark all of it as sent in this file.

    If the download breaks off, fetch the file again under its name.
    """
    whose = _exporter(here, principal, programme, vendor)
    return _download(await exporting.make_file(session, kind, programme, whose))


@router.get("/files/{kind}/sent/{file_name}", response_class=Response, responses=_FILE)
async def get_sent_export(
    kind: ExportKind,
    file_name: Annotated[str, Path(pattern=r"^(cdd|ead)-\d{8}-\d{6}\.dat$")],
    here: Here,
    session: Read,
    principal: Caller,
    programme: ProgrammeQuery,
    vendor: VendorQuery = VENDOR,
) -> Response:
    """Fetch a file again; what has been told anew since is in the later file only."""
    whose = _exporter(here, principal, programme, vendor)
    return _download(await exporting.made_file(session, kind, programme, whose, file_name))


@router.get("/candidates-in-error")
async def list_untold(
    here: Here,
    session: Read,
    principal: Annotated[Principal, staff("authorizations:write")],
    programme: ProgrammeQuery,
    vendor: VendorQuery = VENDOR,
) -> UntoldList:
    """List candidates who could not be written into a file, or whom the vendor refused."""
    whose = _exporter(here, principal, programme, vendor)
    found = await untold(session, programme, whose)
    return UntoldList.model_validate({"items": found})


@router.post(
    "/files",
    status_code=202,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def post_files(
    request: Request,
    here: Here,
    principal: Caller,
    programme: ProgrammeQuery,
    name: Annotated[
        str, Query(min_length=1, max_length=200, pattern=PRINTABLE, description="The file's name")
    ],
    vendor: VendorQuery = VENDOR,
) -> FilesTaken:
    """Take in a file of Pearson VUE's, or a zip of several; each becomes an import of its own.

    The names tell what the files are (results-, noshow-, vcdc-, eac-….dat). An archive with a
    file that nobody knows is refused as a whole.
    """
    whose = _allowed(here, principal, programme, vendor, "imports:write")
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as file:
        async for part in parts_of(request, here.settings.import_bytes):
            file.write(part)
        file.seek(0)
        with ExitStack() as stack:
            try:
                files = _files(stack, file, name, here.settings.import_bytes)
            except BadArchive as bad:
                raise UnreadableFile(f"{bad}; nothing was stored") from None
            arrivals = [
                Arrival(
                    layout=_layout(here, programme, whose, one),
                    programme=programme,
                    vendor=whose,
                    name=one,
                    uploaded_by=principal.subject,
                )
                for one, _ in files
            ]
            taken = [
                await _take(here, arrival, parts)
                for arrival, (_, parts) in zip(arrivals, files, strict=True)
            ]
    if all(one.imported is None for one in taken):
        errors = [error for one in taken for error in one.errors]
        raise UnreadableFile(f"{errors[0].message}; nothing was stored", errors=errors)
    return FilesTaken(items=taken)


def _files(
    stack: ExitStack, file: IO[bytes], name: str, most: int
) -> list[tuple[str, Iterable[bytes]]]:
    """The name and the bytes of each file: of those in an archive, or of the one that it is."""
    starts = file.read(len(MAGIC))
    file.seek(0)
    if starts == MAGIC or name.lower().endswith(".zip"):
        opened = stack.enter_context(archive(file, most))
        return [(member.name, opened.parts(member)) for member in opened.members]
    return [(name, _parts(file))]


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(PART):
        yield part


def _layout(here: ServiceContext, programme: str, vendor: str, name: str) -> Format:
    layout = format_of_name(name, here.programmes[programme], vendor)
    if layout is None:
        message = f"the name {name!r} tells no kind of file; nothing was stored"
        raise UnknownFormat(message, errors=[FieldError(field="name", message=message)])
    return layout


async def _take(here: ServiceContext, arrival: Arrival, parts: Iterable[bytes]) -> FileTaken:
    """Store one file to be worked off; what is wrong with it is its own."""
    try:
        async with receiving(here, arrival) as reception:
            for part in parts:
                await reception.add(part)
            stored = await reception.end()
    except BadArchive as bad:
        return FileTaken(name=arrival.name, errors=[FieldError(message=str(bad))])
    except Unreadable as unreadable:
        errors = [
            FieldError(
                line=fault.line, field=fault.field, message=f"{arrival.name}: {fault.message}"
            )
            for fault in unreadable.faults
        ]
        return FileTaken(name=arrival.name, errors=errors)
    return FileTaken(name=arrival.name, imported=ImportState.model_validate(stored))
