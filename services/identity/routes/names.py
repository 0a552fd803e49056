"""Changes of names: asked for by candidates, reviewed by staff."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.identity import name_queries as reading
from services.identity.case_errors import UnknownCaseFile
from services.identity.errors import UnknownCandidate
from services.identity.handlers import audit
from services.identity.handlers import names as handling
from services.identity.handlers.candidates import load
from services.identity.routes.callers import NameReader, NameReviewer, Own, id_of
from services.identity.routes.uploads import dropped, kept
from services.identity.schemas.cases import multipart
from services.identity.schemas.names import NameChangeOut, NameDecision, NamesOut, NameWanted
from shared.auth import Principal
from shared.forms import form_of
from shared.handed_in import saved_as
from shared.logs import log
from shared.merges import ids_of
from shared.pages import CursorText, Limit, Page, page
from shared.requests import Here, Read, Write
from shared.storage import FileMissing, Storage

router = APIRouter(tags=["names"])

_WORDS: dict[str, Any] = {
    "given_name": {"type": "string", "maxLength": 100},
    "family_name": {"type": "string", "maxLength": 100},
    "reason": {"type": "string", "maxLength": 2_000},
}


@router.get("/me/name")
async def my_name(own: Own, session: Read) -> NamesOut:
    """Return the signed-in candidate's name, its revision, and the changes of it."""
    programme = own.programme or ""
    candidate = (await load(session, [own.subject])).get(own.subject)
    if candidate is None or candidate.programme != programme:
        raise UnknownCandidate(f"There is no candidate {own.subject} in {programme}.")
    changes = await reading.name_changes(
        session,
        [programme],
        candidate_ids=await ids_of(session, programme, own.subject),
        limit=50,
        staff=False,
    )
    return NamesOut(
        given_name=candidate.given_name,
        family_name=candidate.family_name,
        revision=candidate.name_revision,
        changes=[NameChangeOut.model_validate(one) for one in changes[:50]],
    )


@router.post("/name-changes", status_code=201, openapi_extra=multipart([], _WORDS, handling.FIELD))
async def change_name(request: Request, here: Here, own: Own) -> NameChangeOut:
    """Change one's name: at once if only its writing changes, otherwise after a review.

    Writing is case, accents, spacing and punctuation. For the rest a picture of a government's
    document is needed, as a PDF, JPEG or PNG file; it is deleted once the change is decided.
    """
    programme = own.programme or ""
    async with form_of(request, handling.FIELD, here.settings.case_file_bytes) as form:
        wanted = form.read(NameWanted)
        to = handling.wished(wanted.given_name, wanted.family_name)
        file = await kept(here, form, handling.FIELD)
    async with here.database.transaction() as session:
        candidate = (await load(session, [own.subject])).get(own.subject)
        small = candidate is not None and await handling.is_small(session, candidate, to)
        if file is None or small:
            change = await handling.change_writing(session, programme, own.subject, to, own)
        else:
            change = await handling.ask(
                session, programme, own.subject, to, reason=wanted.reason, file=file
            )
        made = await _shown(session, change.id, own)
    if small:
        # Nobody needs to see a document for that.
        await dropped(here, file)
    return made


@router.get("/name-changes")
async def list_name_changes(
    here: Here,
    session: Read,
    reader: NameReviewer,
    programme: Annotated[str | None, Query(max_length=40)] = None,
    state: Literal["waiting", "made", "rejected", "withdrawn"] | None = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[NameChangeOut]:
    """List changes of names for staff, oldest first."""
    if programme is not None:
        reader.may_see(programme)
    found = await reading.name_changes(
        session,
        [one for one in here.programmes if one in reader.programmes and programme in (None, one)],
        state=state,
        after=id_of(cursor),
        limit=limit,
        staff=True,
    )
    return Page[NameChangeOut].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.get("/name-changes/{change_id}")
async def get_name_change(change_id: UUID, session: Read, reader: NameReader) -> NameChangeOut:
    """Return a change of a name: its candidate's own, or for staff."""
    return await _shown(session, change_id, reader)


@router.get(
    "/name-changes/{change_id}/identification",
    response_class=Response,
    responses={
        200: {
            "description": "The document as it was handed in",
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("application/pdf", "image/jpeg", "image/png")
            },
        }
    },
)
async def get_identification(
    change_id: UUID, here: Here, session: Write, reviewer: NameReviewer
) -> Response:
    """Look at the document while the change waits; who looked, and when, is put on record."""
    change = await reading.name_change(session, change_id, reviewer)
    found = await reading.identification(session, change_id)
    await audit.record(
        session,
        "identification.seen",
        by=reviewer,
        programme=change["programme"],
        subject=change["candidate_id"],
        details={"case": change["case"]},
    )
    storage: Storage = here.extras["storage"]
    try:
        content = await storage.get(found.key or "")
    except FileMissing:
        log.error("a government's document is not in the storage", change=str(change_id))
        raise UnknownCaseFile("The document is not there any more.") from None
    return Response(content, media_type=found.type, headers=saved_as(found.name))


@router.post("/name-changes/{change_id}/approve")
async def approve_name_change(
    change_id: UUID, decision: NameDecision, reviewer: NameReviewer, session: Write
) -> NameChangeOut:
    """Make a change of name as staff saw it; the document is deleted."""
    return await _decided(session, change_id, decision, reviewer, approve=True)


@router.post("/name-changes/{change_id}/reject")
async def reject_name_change(
    change_id: UUID, decision: NameDecision, reviewer: NameReviewer, session: Write
) -> NameChangeOut:
    """Refuse a change of name; the reason goes to the candidate, and the document is deleted."""
    return await _decided(session, change_id, decision, reviewer, approve=False)


@router.post("/name-changes/{change_id}/withdraw")
async def withdraw_name_change(change_id: UUID, own: Own, session: Write) -> NameChangeOut:
    """Take back a change that one has asked for; the document is deleted."""
    await handling.withdraw(session, change_id, own.programme or "", own.subject)
    return await _shown(session, change_id, own)


async def _decided(
    session: Write,
    change_id: UUID,
    decision: NameDecision,
    reviewer: Principal,
    *,
    approve: bool,
) -> NameChangeOut:
    await handling.decide(
        session,
        change_id,
        reviewer.programmes,
        approve=approve,
        version=decision.version,
        reason=decision.reason,
        by=reviewer,
    )
    return await _shown(session, change_id, reviewer)


async def _shown(session: Read, change_id: UUID, principal: Principal) -> NameChangeOut:
    return NameChangeOut.model_validate(await reading.name_change(session, change_id, principal))
