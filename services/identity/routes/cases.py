"""Support cases: opened, written in and closed by candidates; worked on by staff."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.identity import case_queries as reading
from services.identity.case_errors import UnknownCaseFile
from services.identity.domain.cases import Kind
from services.identity.errors import UnknownCandidate
from services.identity.handlers import cases as handling
from services.identity.handlers.candidates import load
from services.identity.handlers.case_files import attach
from services.identity.routes.callers import (
    CaseReader,
    CaseStaff,
    CaseWorker,
    CaseWriter,
    Own,
    id_of,
)
from services.identity.routes.uploads import kept
from services.identity.schemas import NO_NULL
from services.identity.schemas.cases import (
    Assignment,
    CannedAnswerOut,
    CaseOut,
    CaseStory,
    CaseWanted,
    CaseWorkerOut,
    MessageWanted,
    Reopening,
    Resolution,
    multipart,
)
from shared.auth import Principal
from shared.errors import Forbidden
from shared.forms import form_of
from shared.handed_in import saved_as
from shared.logs import log
from shared.merges import ids_of
from shared.pages import CursorText, Limit, Page, page
from shared.requests import Here, Read, Write
from shared.storage import FileMissing, Storage

router = APIRouter(tags=["cases"])

FIELD = "attachment"
Number = Annotated[str, Path(max_length=40, pattern=NO_NULL, description="Such as CASE-7K3M-2Q")]
CandidateId = Annotated[str, Path(max_length=40, pattern=NO_NULL)]
Which = Literal[
    "all",
    "unsolved",
    "with_staff",
    "open",
    "waiting_for_candidate",
    "waiting_for_staff",
    "resolved",
    "reopened",
]
_WORDS: dict[str, Any] = {
    "kind": {"enum": ["merge", "missing_result", "other"], "default": "other"},
    "subject": {"type": "string", "maxLength": 200},
    "message": {"type": "string", "maxLength": 10_000},
}
_MESSAGE: dict[str, Any] = {
    "message": {"type": "string", "maxLength": 10_000},
    "internal": {
        "type": "boolean",
        "default": False,
        "description": "For staff: a note that no candidate sees",
    },
}


@router.post(
    "/cases", status_code=201, openapi_extra=multipart(["subject", "message"], _WORDS, FIELD)
)
async def open_case(request: Request, here: Here, own: Own) -> CaseStory:
    """Open a case, with a PDF, JPEG or PNG file if there is something to show."""
    async with form_of(request, FIELD, here.settings.case_file_bytes) as form:
        wanted = form.read(CaseWanted)
        file = await kept(here, form, FIELD)
    assert own.programme is not None  # a candidate's token has one
    async with here.database.transaction() as session:
        # Locked, so that of many at the same moment not more are opened than may be.
        await _require(session, own.programme, own.subject, lock=True)
        words = (wanted.kind, wanted.subject, wanted.message)
        if again := await handling.just_opened(session, own.subject, *words):
            return await _story(session, again.number, own)
        await handling.refuse_too_many(session, await ids_of(session, own.programme, own.subject))
        opened = await handling.open_case(
            session,
            programme=own.programme,
            candidate_id=own.subject,
            kind=wanted.kind,
            subject=wanted.subject,
            message=wanted.message,
        )
        if file is not None:
            await attach(session, opened, await handling.first_entry(session, opened), file, FIELD)
        return await _story(session, opened.number, own)


@router.post(
    "/candidates/{programme}/{candidate_id}/cases",
    status_code=201,
)
async def open_case_for(
    programme: str, candidate_id: CandidateId, body: CaseWanted, worker: CaseWorker, session: Write
) -> CaseStory:
    """Write to a candidate: a case that staff open and that waits for the candidate."""
    worker.may_see(programme)
    await _require(session, programme, candidate_id)
    opened = await handling.open_case(
        session,
        programme=programme,
        candidate_id=candidate_id,
        kind=body.kind,
        subject=body.subject,
        message=body.message,
        by=worker,
    )
    return await _story(session, opened.number, worker)


@router.get("/cases")
async def list_cases(
    here: Here,
    session: Read,
    reader: CaseReader,
    programme: Annotated[str | None, Query(max_length=40)] = None,
    which: Which = "all",
    kind: Kind | None = None,
    assigned: Annotated[
        str | None, Query(pattern="^(me|nobody)$", description="For staff: me or nobody")
    ] = None,
    search: Annotated[str, Query(max_length=200, pattern=NO_NULL)] = "",
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[CaseOut]:
    """List the candidate's own cases, newest first; for staff everybody's, oldest first.

    which: a state, `unsolved`, or `with_staff` for those in which staff have to do something.
    """
    if programme is not None:
        reader.may_see(programme)
    staff = reader.kind == "staff"
    everything = reader.programmes if staff else {reader.programme}
    theirs = None
    if not staff:
        theirs = await ids_of(session, reader.programme or "", reader.subject)
    found = await reading.cases(
        session,
        [one for one in here.programmes if one in everything and programme in (None, one)],
        candidate_ids=theirs,
        which=which,
        kind=kind,
        assigned=_assigned(reader, assigned),
        search=search,
        after=id_of(cursor),
        limit=limit,
        newest=not staff,
        staff=staff,
    )
    return Page[CaseOut].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.get("/candidates/{programme}/{candidate_id}/cases")
async def cases_of(
    programme: str,
    candidate_id: CandidateId,
    reader: CaseStaff,
    session: Read,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[CaseOut]:
    """List a candidate's cases, newest first, for staff."""
    reader.may_see(programme)
    await _require(session, programme, candidate_id)
    found = await reading.cases(
        session,
        [programme],
        candidate_ids=await ids_of(session, programme, candidate_id),
        after=id_of(cursor),
        limit=limit,
        newest=True,
        staff=True,
    )
    return Page[CaseOut].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.get("/case-workers")
async def list_case_workers(
    reader: CaseStaff, session: Read, programme: Annotated[str, Query(max_length=40)]
) -> list[CaseWorkerOut]:
    """List the staff to whom a programme's cases can be given."""
    reader.may_see(programme)
    found = await reading.case_workers(session, programme)
    return [CaseWorkerOut.model_validate(one) for one in found]


@router.get("/cases/{number}")
async def get_case(number: Number, session: Read, reader: CaseReader) -> CaseStory:
    """Tell everything about a case: its candidate's own, or for staff."""
    return await _story(session, number, reader)


@router.get("/cases/{number}/canned-answers")
async def list_canned_answers(
    number: Number, here: Here, session: Read, reader: CaseStaff
) -> list[CannedAnswerOut]:
    """List the programme's answers that fit a case, put into words for it."""
    found = await reading.case(session, number, reader)
    programme = here.programmes[found["programme"]]
    words = {
        "case": found["number"],
        "name": found["candidate_name"] or "",
        "candidate_id": found["candidate_id"] or "",
        "programme": programme.name,
        "support_email": programme.support_email,
    }
    return [
        CannedAnswerOut(id=one.id, title=one.title, text=one.written(words))
        for one in programme.cases.answers
        if not one.kinds or found["kind"] in one.kinds
    ]


@router.post(
    "/cases/{number}/messages",
    status_code=201,
    openapi_extra=multipart(["message"], _MESSAGE, FIELD),
)
async def write_in_case(
    number: Number, request: Request, here: Here, writer: CaseWriter
) -> CaseStory:
    """Write in a case, with a file if there is something to show.

    What a candidate writes brings the case to the staff, a resolved one too; what staff write
    waits for the candidate, unless it is an internal note.
    """
    async with here.database.reading() as session:
        # Before the file: nobody fills the storage through a case that is not theirs.
        await reading.case(session, number, writer)
    async with form_of(request, FIELD, here.settings.case_file_bytes) as form:
        wanted = form.read(MessageWanted)
        if wanted.internal and writer.kind != "staff":
            raise Forbidden("notes that only staff see are written by staff")
        file = await kept(here, form, FIELD)
    async with here.database.transaction() as session:
        case = await handling.case_for(session, number, writer)
        if writer.kind == "staff":
            entry = await handling.write_as_staff(
                session, case, wanted.message, writer, internal=wanted.internal
            )
        else:
            await handling.refuse_flood(session, case)
            entry = await handling.write_as_candidate(session, case, wanted.message)
        if file is not None:
            await attach(session, case, entry, file, FIELD)
        return await _story(session, number, writer)


@router.get(
    "/cases/{number}/files/{file_id}",
    response_class=Response,
    responses={
        200: {
            "description": "The file as it was sent, to be saved",
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("application/pdf", "image/jpeg", "image/png")
            },
        }
    },
)
async def get_case_file(
    number: Number, file_id: UUID, here: Here, session: Read, reader: CaseReader
) -> Response:
    """Download a file of a case; it is never shown in the browser, only saved."""
    found = await reading.file_of(session, number, file_id, reader)
    storage: Storage = here.extras["storage"]
    try:
        content = await storage.get(found.key or "")
    except FileMissing:
        log.error("a file of a case is not in the storage", file=str(file_id))
        raise UnknownCaseFile("The file is not there any more.") from None
    return Response(content, media_type=found.type, headers=saved_as(found.name))


@router.post("/cases/{number}/assign")
async def assign_case(
    number: Number, body: Assignment, worker: CaseWorker, session: Write
) -> CaseStory:
    """Give a case to a colleague, to oneself, or to nobody."""
    case = await handling.case_for(session, number, worker)
    await handling.assign(session, case, body.to, worker)
    return await _story(session, number, worker)


@router.post("/cases/{number}/resolve")
async def resolve_case(
    number: Number, body: Resolution, worker: CaseWorker, session: Write
) -> CaseStory:
    """Close a case as staff saw it; the candidate reads the outcome."""
    case = await handling.case_for(session, number, worker)
    handling.require_version(case, body.version)
    await handling.resolve(session, case, outcome=body.outcome, by=worker, author="staff")
    return await _story(session, number, worker)


@router.post("/cases/{number}/close")
async def close_case(number: Number, own: Own, session: Write) -> CaseStory:
    """Close a case of one's own that needs no answer any more."""
    case = await handling.case_for(session, number, own)
    outcome = "Closed by the candidate."
    await handling.resolve(session, case, outcome=outcome, by=own, author="candidate")
    return await _story(session, number, own)


@router.post("/cases/{number}/reopen")
async def reopen_case(
    number: Number, body: Reopening, worker: CaseWorker, session: Write
) -> CaseStory:
    """Take a resolved case up again."""
    case = await handling.case_for(session, number, worker)
    await handling.reopen(session, case, body.reason, worker)
    return await _story(session, number, worker)


def _assigned(reader: Principal, asked: str | None) -> str | None:
    """Who is to work on the cases that are listed; only staff may ask that."""
    if reader.kind != "staff":
        return None
    return reader.subject if asked == "me" else asked


async def _story(session: Read, number: str, principal: Principal) -> CaseStory:
    return CaseStory.model_validate(await reading.case(session, number, principal))


async def _require(session: Read, programme: str, candidate_id: str, *, lock: bool = False) -> None:
    found = (await load(session, [candidate_id], lock=lock)).get(candidate_id)
    if found is None or found.programme != programme:
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")
