"""The HTTP edge of transcripts."""

from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.transcripts import handlers, queries, views
from services.transcripts.models import Transcript
from services.transcripts.schemas import PublicTranscript, TranscriptForm, TranscriptView
from shared.auth import Candidate, Principal, anyone
from shared.clock import today
from shared.context import ServiceContext
from shared.errors import FieldError, Unprocessable
from shared.pages import CursorText, Limit, Page, decode_cursor, page
from shared.web import Here, Read, Write

router = APIRouter()


@router.get("/transcripts")
async def list_transcripts(
    principal: Candidate,
    session: Read,
    here: Here,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[TranscriptView]:
    """List my transcripts, newest first."""
    programme, candidate_id = _owner(principal)
    found = await queries.transcripts_of(
        session, programme, candidate_id, before=_before(cursor), limit=limit + 1
    )
    part: dict[str, Any] = page(found, limit, lambda transcript: (transcript.id,))
    part["items"] = await _own(session, here, principal, *part["items"])
    return Page[TranscriptView](**part)


@router.post("/transcripts", status_code=201)
async def create_transcript(
    form: TranscriptForm, principal: Candidate, session: Write, here: Here
) -> TranscriptView:
    """Make a transcript and get its public address."""
    programme, candidate_id = _owner(principal)
    made = await handlers.create_transcript(
        session, form, programme=programme, candidate_id=candidate_id
    )
    return (await _own(session, here, principal, made))[0]


@router.get("/transcripts/{transcript_id}")
async def read_transcript(
    transcript_id: UUID, principal: Candidate, session: Read, here: Here
) -> TranscriptView:
    """Show one of my transcripts."""
    mine = await queries.own_transcript(session, transcript_id, *_owner(principal))
    return (await _own(session, here, principal, mine))[0]


@router.put("/transcripts/{transcript_id}")
async def change_transcript(
    transcript_id: UUID, form: TranscriptForm, principal: Candidate, session: Write, here: Here
) -> TranscriptView:
    """Change one of my transcripts; its public address stays."""
    programme, candidate_id = _owner(principal)
    changed = await handlers.change_transcript(
        session, transcript_id, form, programme=programme, candidate_id=candidate_id
    )
    return (await _own(session, here, principal, changed))[0]


@router.delete("/transcripts/{transcript_id}", status_code=204)
async def delete_transcript(transcript_id: UUID, principal: Candidate, session: Write) -> None:
    """Delete one of my transcripts; its public address stops working."""
    programme, candidate_id = _owner(principal)
    await handlers.delete_transcript(
        session, transcript_id, programme=programme, candidate_id=candidate_id
    )


@router.get(
    "/public/{code}",
    dependencies=[anyone()],
    response_model=PublicTranscript,
    response_model_exclude_unset=True,
)
async def read_public_transcript(
    code: str, session: Write, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """Show what a candidate chose to show, and count the view.

    A request that is answered 304 counts too: its reader sees the document, and the count must
    not depend on whether a browser had a copy.
    """
    document = await handlers.view_transcript(session, code)
    body = document.model_dump_json(exclude_unset=True).encode()
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    # no-cache: ask each time, because the owner may stop sharing at any moment.
    headers = {"ETag": etag, "Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}
    if if_none_match is not None and _matches(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _matches(if_none_match: str, etag: str) -> bool:
    # Weak comparison (RFC 9110 section 13.1.2).
    given = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in given or etag in given


def _owner(principal: Principal) -> tuple[str, str]:
    assert principal.programme is not None  # every candidate's token names the programme
    return principal.programme, principal.subject


def _before(cursor: str | None) -> UUID | None:
    key = decode_cursor(cursor)
    if not key:
        return None
    try:
        return UUID(str(key[0]))
    except ValueError as error:
        wrong = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("The cursor is not valid.", errors=[wrong]) from error


async def _own(
    session: AsyncSession, here: ServiceContext, principal: Principal, *transcripts: Transcript
) -> list[TranscriptView]:
    programme = here.programmes[_owner(principal)[0]]
    holdings = await queries.holdings_of(session, *_owner(principal)) if transcripts else ()
    return [
        views.own(
            transcript,
            holdings,
            programme,
            today=today(here.clock, programme.timezone),
            public_url=here.settings.public_url,
        )
        for transcript in transcripts
    ]
