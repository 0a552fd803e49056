"""Vendors' own ways in and out: Pearson VUE's notifications and files, PSI's results."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic_core import from_json, to_json

from services.exams.booking_schemas import (
    NotificationOutcomes,
    PsiOutcome,
    UntoldList,
)
from services.exams.domain import pearson_notifications as rten
from services.exams.domain.adapter import Refusal, Statement
from services.exams.domain.items import PRINTABLE, Fault
from services.exams.domain.outcome import Outcome, summary
from services.exams.domain.pearson import VENDOR
from services.exams.domain.pearson_exports import ExportKind
from services.exams.domain.psi import Said, read_body
from services.exams.errors import ItemContradicts, ItemRejected, TooManyItems, UnknownProgramme
from services.exams.handlers import exporting
from services.exams.handlers.bookings import NEVER
from services.exams.handlers.entries import Source
from services.exams.handlers.psi import take_in_booking, take_in_eligibility
from services.exams.handlers.statements import take_in_statements
from services.exams.routes.body import whole
from shared.auth import Audience, Principal, staff, vendor
from shared.context import ServiceContext
from shared.errors import FieldError, Forbidden, Malformed
from shared.web import Here, Read, Write

router = APIRouter(prefix="/feeds", tags=["vendors' own feeds"])

FILE_TYPE = "text/tab-separated-values; charset=windows-1252"
JSON_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}
Code = Annotated[str, Path(min_length=1, max_length=64, pattern=PRINTABLE)]
ProgrammeQuery = Annotated[
    str | None,
    Query(max_length=32, description="The programme, if the token is for more than one"),
]
Caller = Annotated[Principal, Depends(Audience("vendor-or-staff", None))]
VendorQuery = Annotated[str, Query(max_length=32, pattern=r"^[a-z0-9][a-z0-9-]*$")]


@router.post(
    "/pearson-vue/notifications",
    response_model=NotificationOutcomes,
    openapi_extra=JSON_BODY,
)
async def post_notifications(
    request: Request,
    here: Here,
    principal: Annotated[Principal, vendor("results:write")],
    programme: ProgrammeQuery = None,
) -> Response:
    """Take in one of Pearson VUE's notifications (RTEN), a list of them, or one a line.

    Each exam of a notification has its own outcome. One notification alone of which anything is
    rejected is answered with a problem document that carries the outcomes.
    """
    source = _source(here, principal, programme, "pearson-notifications")
    single, given = _notifications(await whole(request, here.settings.max_body_bytes))
    said: list[Statement | Refusal] = []
    places: list[tuple[int, int]] = []
    for number, notification in enumerate(given):
        stated = _translated(here, source, programme, notification)
        said += stated
        places += [(number, exam) for exam in range(len(stated))]
    most = here.settings.items_per_request
    if len(said) > most:
        message = f"a request carries at most {most:,} exams; this one has {len(said):,}"
        raise TooManyItems(message, errors=[FieldError(message=message)], limit=most)
    async with here.database.transaction() as session:
        outcomes = await take_in_statements(session, said, source)
    answer = {
        **summary(outcomes),
        "items": [
            {**outcome.answer(), "notification": number, "exam": exam}
            for outcome, (number, exam) in zip(outcomes, places, strict=True)
        ],
    }
    if single and answer["rejected"]:
        raise _problem(outcomes, answer)
    return Response(to_json(answer), media_type="application/json")


def _source(
    here: ServiceContext, principal: Principal, programme: str | None, channel: str
) -> Source:
    if not principal.vendor:
        raise Forbidden("the access token does not say which vendor it is for")
    programmes = principal.programmes
    if programme is not None:
        principal.may_see(programme)
        programmes = frozenset({programme})
    return Source(
        vendor=principal.vendor,
        programmes=programmes & set(here.programmes),
        client=principal.subject,
        channel=channel,
    )


def _notifications(body: bytes) -> tuple[bool, list[Any]]:
    """Whether it is one notification alone, and the notifications; raises Malformed."""
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as fault:
        lines = [(at, line) for at, line in enumerate(body.splitlines(), 1) if line.strip()]
        if len(lines) < 2 or not _is_json(lines[0][1]):
            raise Malformed(f"the body is not JSON: {fault}") from None
        return False, [_line(at, line) for at, line in lines]
    return (False, value) if isinstance(value, list) else (True, [value])


def _is_json(text: bytes) -> bool:
    try:
        from_json(text, allow_inf_nan=False)
    except ValueError:
        return False
    return True


def _line(at: int, text: bytes) -> Any:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as fault:
        raise Malformed(
            f"line {at} is not JSON: {fault}; nothing was stored",
            errors=[FieldError(line=at, message=str(fault))],
        ) from None


def _translated(
    here: ServiceContext, source: Source, asked: str | None, notification: Any
) -> list[Statement | Refusal]:
    """What a notification says, in the programme that it is about."""
    code = rten.programme_code(notification)
    programme = asked or next(
        (
            one
            for one in sorted(source.programmes)
            if code is not None
            and (known := here.programmes[one].vendors.get(source.vendor or ""))
            and known.programme_code == code
        ),
        None,
    )
    if programme is None and len(source.programmes) == 1:
        (programme,) = source.programmes
    if programme is None:
        message = "does not say which programme it is about; say ?programme= in the address"
        return [Refusal(None, (Fault(field="clientID", message=message),))]
    return rten.translate(notification, programme, here.programmes[programme].timezone)


def _problem(outcomes: list[Outcome], answer: dict[str, Any]) -> ItemRejected | ItemContradicts:
    """A client that looks at the status only must not take everything for stored."""
    refused = [outcome for outcome in outcomes if outcome.outcome == "rejected"]
    errors = [
        FieldError(field=fault.field, message=fault.message)
        for outcome in refused
        for fault in outcome.faults
    ]
    fields = ", ".join(dict.fromkeys(error.field or "" for error in errors))
    if all(outcome.conflict for outcome in refused):
        message = f"the same registration number was recorded with a different {fields}"
        return ItemContradicts(message, errors=errors, **answer)
    return ItemRejected(f"not accepted because of {fields}", errors=errors, **answer)


@router.put("/psi/bookings/{code}/results", response_model=PsiOutcome, openapi_extra=JSON_BODY)
async def put_booking_result(
    code: Code,
    request: Request,
    here: Here,
    principal: Annotated[Principal, vendor("results:write")],
    programme: ProgrammeQuery = None,
) -> Response:
    """Take in PSI's result of a booking: {"result": "PASS|FAIL|NA", "score": "..."}.

    The code is the registration number. NA marks the booking as a no-show. The same again changes
    nothing, another result replaces the one before. 404: the booking is not registered here, and
    nothing was stored; any 5xx: put it again.
    """
    source = _source(here, principal, programme, "psi")
    said = _said(await whole(request, here.settings.max_body_bytes))
    async with here.database.transaction() as session:
        outcome = await take_in_booking(session, code, said, source)
    return _psi_answer(outcome)


@router.put("/psi/eligibilities/{code}/results", response_model=PsiOutcome, openapi_extra=JSON_BODY)
async def put_eligibility_result(
    code: Code,
    request: Request,
    here: Here,
    principal: Annotated[Principal, vendor("results:write")],
    programme: ProgrammeQuery = None,
) -> Response:
    """Take in PSI's result under an eligibility, whose code is the number of an authorization.

    It is that of the one booking under it; 409 if there are several. Without a booking it is
    kept under the eligibility's own code. Otherwise as for bookings.
    """
    source = _source(here, principal, programme, "psi")
    said = _said(await whole(request, here.settings.max_body_bytes))
    async with here.database.transaction() as session:
        outcome = await take_in_eligibility(session, code, said, source)
    return _psi_answer(outcome)


def _said(body: bytes) -> Said:
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as fault:
        raise Malformed(f"the body is not JSON: {fault}") from None
    read = read_body(value)
    if isinstance(read, Refusal):
        errors = [FieldError(field=one.field, message=one.message) for one in read.faults]
        fields = ", ".join(one.field for one in read.faults)
        raise ItemRejected(f"not accepted because of {fields}", errors=errors)
    return read


def _psi_answer(outcome: Outcome) -> Response:
    answer = outcome.answer()
    if outcome.outcome == "rejected":
        raise _problem([outcome], {**summary([outcome]), "items": [answer]})
    kept = {key: answer[key] for key in ("registration_number", "outcome", "state")}
    return Response(to_json(kept), media_type="application/json")


def _exporter(here: ServiceContext, principal: Principal, programme: str, asked: str) -> str:
    """The vendor whose files the caller may have; a vendor has its own only."""
    needed = "authorizations:read" if principal.kind == "vendor" else "authorizations:write"
    if needed not in principal.scopes:
        raise Forbidden(f"the access token lacks the scope {needed!r}")
    principal.may_see(programme)
    if programme not in here.programmes:
        raise UnknownProgramme(f"there is no programme {programme!r}")
    if principal.kind == "staff":
        return asked
    if not principal.vendor:
        raise Forbidden("the access token does not say which vendor it is for")
    return principal.vendor


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


@router.get("/pearson-vue/files/{kind}", response_class=Response, responses=_FILE)
async def get_export(
    kind: ExportKind,
    here: Here,
    session: Read,
    principal: Caller,
    programme: Annotated[str, Query(max_length=32)],
    vendor: VendorQuery = VENDOR,
) -> Response:
    """Look at the file that would be sent now; nothing is marked as sent."""
    whose = _exporter(here, principal, programme, vendor)
    return _download(await exporting.preview(session, kind, programme, whose))


@router.post("/pearson-vue/files/{kind}/sent", response_class=Response, responses=_FILE)
async def send_export(
    kind: ExportKind,
    here: Here,
    session: Write,
    principal: Caller,
    programme: Annotated[str, Query(max_length=32)],
    vendor: VendorQuery = VENDOR,
) -> Response:
    """Make the file of what is new since the last one, and mark all of it as sent in this file.

    If the download breaks off, fetch the file again under its name.
    """
    whose = _exporter(here, principal, programme, vendor)
    return _download(await exporting.make_file(session, kind, programme, whose))


@router.get("/pearson-vue/files/{kind}/sent/{name}", response_class=Response, responses=_FILE)
async def get_sent_export(
    kind: ExportKind,
    name: Annotated[str, Path(pattern=r"^(cdd|ead)-\d{8}-\d{6}\.dat$")],
    here: Here,
    session: Read,
    principal: Caller,
    programme: Annotated[str, Query(max_length=32)],
    vendor: VendorQuery = VENDOR,
) -> Response:
    """Fetch a file again; what has been told anew since is in the later file only."""
    whose = _exporter(here, principal, programme, vendor)
    return _download(await exporting.made_file(session, kind, programme, whose, name))


@router.get("/pearson-vue/candidates-in-error")
async def list_untold(
    here: Here,
    session: Read,
    principal: Annotated[Principal, staff("authorizations:write")],
    programme: Annotated[str, Query(max_length=32)],
    vendor: VendorQuery = VENDOR,
) -> UntoldList:
    """List candidates who could not be written into a file, or whom the vendor refused."""
    whose = _exporter(here, principal, programme, vendor)
    found = await exporting.troubles(session, programme, whose)
    items = [
        {**one, "sent_in": None if one["sent_in"] == NEVER else one["sent_in"]} for one in found
    ]
    return UntoldList.model_validate({"items": items})
