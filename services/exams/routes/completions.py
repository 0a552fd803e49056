"""Course completions: handed in and followed by candidates, decided by staff."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.exams import completion_queries as reading
from services.exams.completion_schemas import (
    CompletionStory,
    CompletionView,
    Decision,
    multipart,
)
from services.exams.domain.completions import Action, CompletionForm, State
from services.exams.errors import UnknownCompletion
from services.exams.handlers.completions import PREFIX, decide, hand_in, hand_in_again
from services.exams.routes.cursor import id_of
from services.exams.routes.whose import Own, Theirs, whose
from shared.auth import Audience, Principal, staff
from shared.context import ServiceContext
from shared.forms import Form, form_of
from shared.handed_in import KeptFile, clean_name, inspect, kept_file, saved_as
from shared.logs import log
from shared.pages import CursorText, Limit, Page, page
from shared.requests import Here, Read
from shared.storage import FileMissing, Storage

router = APIRouter(tags=["course completions"])

FIELD = "certificate"

SCOPE = "completions:review"

Caller = Annotated[Principal, Depends(Audience("candidate-or-staff", None))]


async def _reader(principal: Caller, here: Here) -> Principal:
    """Candidates read what is theirs; staff need the scope."""
    if principal.kind == "staff":
        return principal.within(SCOPE)
    if principal.kind == "candidate":
        whose(principal, here)
    return principal


Reader = Annotated[Principal, Depends(_reader)]
Reviewer = Annotated[Principal, staff(SCOPE)]


@router.post(
    "/completions",
    status_code=201,
    openapi_extra=multipart(["course", "completed_on", FIELD]),
)
async def hand_in_completion(request: Request, here: Here, own: Own) -> CompletionStory:
    """Hand in a completed course with its certificate: a PDF, JPEG or PNG file of up to 10 MB.

    The course is one of the programme's, by its code. What the file is is found in its content;
    a PDF with active content or a password is refused.
    """
    async with form_of(request, FIELD, here.settings.certificate_bytes) as form:
        read = form.read(CompletionForm, empty=("notes",))
        file = await _kept(here, form)
    async with here.database.transaction() as session:
        handed_in = await hand_in(session, own.programme, own.candidate_id, read, file)
        return await _story(session, handed_in.id, _as_candidate(own.programme, own.candidate_id))


@router.put(
    "/completions/{completion_id}", openapi_extra=multipart(["course", "completed_on", "version"])
)
async def hand_in_completion_again(
    completion_id: UUID, request: Request, here: Here, own: Own
) -> CompletionStory:
    """Hand in again what staff returned; without a file the former certificate stays."""
    async with form_of(request, FIELD, here.settings.certificate_bytes) as form:
        read = form.read(CompletionForm, empty=("notes",))
        file = await _kept(here, form) if form.file is not None else None
    async with here.database.transaction() as session:
        again = await hand_in_again(
            session, own.programme, own.candidate_id, completion_id, read, file
        )
        return await _story(session, again.id, _as_candidate(own.programme, own.candidate_id))


async def _kept(here: ServiceContext, form: Form) -> KeptFile:
    """The certificate, looked into and stored; its row comes later, or the sweep."""
    # Few at a time: each is a process and twice a file in memory.
    gate: asyncio.Semaphore = here.extras["inspections"]
    async with gate:
        content = await form.content(FIELD, here.settings.certificate_bytes)
        type_ = await inspect(content, FIELD)
        name = clean_name(form.file.filename if form.file else None, type_, FIELD)
        file = kept_file(PREFIX, content, name, type_)
        storage: Storage = here.extras["storage"]
        await storage.put(file.key, content)
    return file


def _as_candidate(programme: str, candidate_id: str) -> Principal:
    return Principal(kind="candidate", subject=candidate_id, programme=programme)


async def _story(session: Read, completion_id: UUID, principal: Principal) -> CompletionStory:
    return CompletionStory.model_validate(
        await reading.completion(session, completion_id, principal)
    )


@router.get("/completions")
async def list_completions(
    here: Here,
    session: Read,
    reader: Reader,
    programme: Annotated[str | None, Query(max_length=32)] = None,
    state: State | None = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[CompletionView]:
    """List the candidate's own completions, newest first; for staff everybody's, oldest first."""
    if programme is not None:
        reader.may_see(programme)
    candidate = reader.subject if reader.kind == "candidate" else None
    everything = reader.programmes if candidate is None else {reader.programme}
    chosen = everything if programme is None else {programme}
    found = await reading.completions(
        session,
        [one for one in here.programmes if one in chosen],
        candidate_id=candidate,
        state=state,
        after=id_of(cursor),
        limit=limit,
        staff=reader.kind == "staff",
    )
    return Page[CompletionView].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.get("/candidates/{programme}/{candidate_id}/completions")
async def completions_of(
    theirs: Theirs, session: Read, cursor: CursorText = None, limit: Limit = 50
) -> Page[CompletionView]:
    """List a candidate's completions, newest first, for staff."""
    found = await reading.completions(
        session,
        {theirs.programme},
        candidate_id=theirs.candidate_id,
        state=None,
        after=id_of(cursor),
        limit=limit,
        staff=True,
    )
    return Page[CompletionView].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.get("/completions/{completion_id}")
async def get_completion(completion_id: UUID, session: Read, reader: Reader) -> CompletionStory:
    """Tell everything about a completion: its candidate's own, or for staff."""
    return await _story(session, completion_id, reader)


@router.get(
    "/completions/{completion_id}/file",
    response_class=Response,
    responses={
        200: {
            "description": "The certificate as it was handed in, to be saved",
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("application/pdf", "image/jpeg", "image/png")
            },
        }
    },
)
async def get_certificate(
    completion_id: UUID, here: Here, session: Read, reader: Reader
) -> Response:
    """Download the certificate; it is never shown in the browser, only saved."""
    found = await reading.completion(session, completion_id, reader)
    storage: Storage = here.extras["storage"]
    try:
        content = await storage.get(found["file_key"])
    except FileMissing:
        log.error("a certificate is not in the storage", completion=str(completion_id))
        raise UnknownCompletion("the certificate's file is not there any more") from None
    return Response(
        content,
        media_type=found["file_type"],
        headers=saved_as(found["file_name"]),
    )


@router.post("/completions/{completion_id}/approve")
async def approve_completion(
    completion_id: UUID, decision: Decision, here: Here, reviewer: Reviewer
) -> CompletionStory:
    """Approve a completion: it counts from the day of its completion."""
    return await _decided(here, completion_id, "approve", decision, reviewer)


@router.post("/completions/{completion_id}/reject")
async def reject_completion(
    completion_id: UUID, decision: Decision, here: Here, reviewer: Reviewer
) -> CompletionStory:
    """Reject a completion, or take back its approval; the reason goes to the candidate."""
    return await _decided(here, completion_id, "reject", decision, reviewer)


@router.post("/completions/{completion_id}/return")
async def return_completion(
    completion_id: UUID, decision: Decision, here: Here, reviewer: Reviewer
) -> CompletionStory:
    """Ask the candidate for something more; they can hand it in again."""
    return await _decided(here, completion_id, "return", decision, reviewer)


async def _decided(
    here: ServiceContext,
    completion_id: UUID,
    action: Action,
    decision: Decision,
    reviewer: Principal,
) -> CompletionStory:
    async with here.database.transaction() as session:
        await decide(
            session,
            completion_id,
            reviewer.programmes,
            action,
            version=decision.version,
            reason=decision.reason,
            by=reviewer.subject,
        )
        return await _story(session, completion_id, reviewer)
