"""What transcripts does: keep its local copies, let candidates write, let strangers read."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.transcripts import queries
from services.transcripts.domain import WITHDRAWN, is_past, wrong_valid_through
from services.transcripts.errors import (
    HolderNotKnownYet,
    NoSuchTranscript,
    TooManyTranscripts,
    TranscriptNotShared,
    TranscriptNotValid,
    TranscriptRanOut,
)
from services.transcripts.models import CODE_LENGTH, Holder, Holding, Transcript
from services.transcripts.schemas import PublicTranscript, TranscriptForm
from services.transcripts.views import public
from shared import outbox
from shared.clock import today
from shared.context import context
from shared.errors import FieldError
from shared.events import (
    CandidateRegistered,
    CandidateUpdated,
    CertificationExpired,
    CertificationGraceStarted,
    CertificationRevoked,
    CertificationStanding,
    Event,
    TranscriptShared,
    TranscriptViewed,
)
from shared.ids import is_public_code, public_code, uuid7
from shared.rows import upsert

E = TypeVar("E", bound=Event)


async def keep_holders(
    session: AsyncSession, events: Sequence[CandidateRegistered | CandidateUpdated]
) -> None:
    """Keep the names and the consent of candidates; the newest version wins."""
    rows = [
        {
            "programme": event.programme,
            "candidate_id": event.candidate_id,
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
            "disclosure": event.disclosure,
            "version": event.version,
        }
        for event in _newest(events, lambda event: (event.programme, event.candidate_id))
    ]
    await upsert(
        session,
        Holder,
        rows,
        key=("programme", "candidate_id"),
        update=("given_name", "family_name", "disclosure", "version"),
        newer="version",
    )


async def keep_holdings(session: AsyncSession, events: Sequence[CertificationStanding]) -> None:
    """Keep how certifications stand; the newest version wins."""
    rows = [
        {
            "programme": event.programme,
            "candidate_id": event.candidate_id,
            "certification": event.certification,
            "name": event.name,
            "level": event.level,
            "active_on": event.active_on,
            "expires_on": event.expires_on,
            "status": _status(event),
            "status_text": event.status_text,
            "grace_until": event.grace_until
            if isinstance(event, CertificationGraceStarted)
            else None,
            "version": event.version,
            "expired_version": 0,
        }
        for event in _newest(events, _of_holding)
    ]
    await upsert(
        session,
        Holding,
        rows,
        key=("programme", "candidate_id", "certification"),
        update=(
            "name",
            "level",
            "active_on",
            "expires_on",
            "status",
            "status_text",
            "grace_until",
            "version",
        ),
        newer="version",
    )


async def keep_lapses(session: AsyncSession, events: Sequence[CertificationExpired]) -> None:
    """Keep which certifications have run out, even before their dates are known."""
    rows = [
        {
            "programme": event.programme,
            "candidate_id": event.candidate_id,
            "certification": event.certification,
            "name": "",
            "level": "",
            "status": "active",
            "version": 0,
            "expired_on": event.expired_on,
            "expired_version": event.version,
        }
        for event in _newest(events, _of_holding)
    ]
    await upsert(
        session,
        Holding,
        rows,
        key=("programme", "candidate_id", "certification"),
        update=("expired_on", "expired_version"),
        newer="expired_version",
    )


async def create_transcript(
    session: AsyncSession, form: TranscriptForm, *, programme: str, candidate_id: str
) -> Transcript:
    """Make a transcript under a new public code.

    Raises TranscriptNotValid naming the fields, TooManyTranscripts.
    """
    here = context(session)
    await _check(session, form, programme, candidate_id)
    most = here.settings.transcripts_per_candidate
    if await queries.count_of(session, programme, candidate_id) >= most:
        raise TooManyTranscripts(f"You have {most} transcripts; delete one you do not need.")
    now = here.clock.now()
    transcript = Transcript(
        id=uuid7(),
        programme=programme,
        candidate_id=candidate_id,
        code=public_code(CODE_LENGTH),
        views=0,
        created_at=now,
        updated_at=now,
        **_columns(form),
    )
    session.add(transcript)
    if not transcript.disabled:
        await outbox.add(session, _shared(transcript))
    await session.flush()
    return transcript


async def change_transcript(
    session: AsyncSession,
    transcript_id: UUID,
    form: TranscriptForm,
    *,
    programme: str,
    candidate_id: str,
) -> Transcript:
    """Replace what a candidate said about a transcript; code and views stay.

    Raises NoSuchTranscript, TranscriptNotValid naming the fields.
    """
    transcript = await queries.own_transcript(
        session, transcript_id, programme, candidate_id, lock=True
    )
    await _check(session, form, programme, candidate_id, transcript)
    shared_anew = transcript.disabled and not form.disabled
    for column, value in _columns(form).items():
        setattr(transcript, column, value)
    transcript.updated_at = context(session).clock.now()
    if shared_anew:
        await outbox.add(session, _shared(transcript))
    await session.flush()
    return transcript


async def delete_transcript(
    session: AsyncSession, transcript_id: UUID, *, programme: str, candidate_id: str
) -> None:
    """Delete a transcript: its link answers as if it had never been."""
    transcript = await queries.own_transcript(
        session, transcript_id, programme, candidate_id, lock=True
    )
    await session.delete(transcript)


async def view_transcript(session: AsyncSession, code: str) -> PublicTranscript:
    """Show a transcript to a stranger and count the view.

    Raises NoSuchTranscript, TranscriptRanOut, TranscriptNotShared, HolderNotKnownYet.
    """
    here = context(session)
    code = code.strip().upper()
    found = (
        await queries.transcript_by_code(session, code)
        if is_public_code(code, CODE_LENGTH)
        else None
    )
    if found is None:
        raise NoSuchTranscript("There is no transcript under this address. Was it copied whole?")
    transcript, holder = found
    programme = here.programmes[transcript.programme]
    day = today(here.clock, programme.timezone)
    if transcript.disabled or (holder is not None and not holder.disclosure):
        raise TranscriptNotShared("Its owner has stopped sharing this transcript.")
    if is_past(transcript.valid_through, day):
        raise TranscriptRanOut(
            f"This transcript was valid through {transcript.valid_through.isoformat()}. "
            "Its owner can share a new one with you."
        )
    if holder is None:
        raise HolderNotKnownYet("Please try again in a moment.", headers={"Retry-After": "2"})
    holdings = await queries.holdings_of(session, transcript.programme, transcript.candidate_id)
    now = here.clock.now()
    # Counted in the database, so that two strangers at once are two views.
    await session.execute(
        update(Transcript)
        .where(Transcript.id == transcript.id)
        .values(views=Transcript.views + 1, last_viewed_at=now)
        .execution_options(synchronize_session=False)
    )
    await outbox.add(
        session,
        TranscriptViewed(
            programme=transcript.programme,
            candidate_id=transcript.candidate_id,
            transcript_id=transcript.id,
            viewed_at=now,
        ),
    )
    return public(transcript, holder, holdings, programme, today=day)


async def _check(
    session: AsyncSession,
    form: TranscriptForm,
    programme: str,
    candidate_id: str,
    before: Transcript | None = None,
) -> None:
    here = context(session)
    errors = []
    wrong = wrong_valid_through(
        form.valid_through,
        today=today(here.clock, here.programmes[programme].timezone),
        most_years=here.settings.most_years,
        before=before.valid_through if before else None,
    )
    if wrong:
        errors.append(FieldError(field="valid_through", message=wrong))
    if not form.all_new and not form.certifications:
        errors.append(
            FieldError(
                field="certifications", message="choose at least one, or all that you ever earn"
            )
        )
    if form.certifications:
        held = {
            holding.certification
            for holding in await queries.holdings_of(session, programme, candidate_id)
        }
        errors += [
            FieldError(field="certifications", message=f"you do not hold {code!r}")
            for code in form.certifications
            if code not in held
        ]
    if errors:
        raise TranscriptNotValid("Please correct the fields named.", errors=errors)


def _columns(form: TranscriptForm) -> dict[str, Any]:
    values = form.model_dump()
    values["certifications"] = list(dict.fromkeys(form.certifications))
    return values


def _shared(transcript: Transcript) -> TranscriptShared:
    return TranscriptShared(
        programme=transcript.programme,
        candidate_id=transcript.candidate_id,
        transcript_id=transcript.id,
    )


def _status(event: CertificationStanding) -> str:
    by_facts = isinstance(event, CertificationRevoked) and event.by == "facts"
    return WITHDRAWN if by_facts else event.status


def _of_holding(
    event: CertificationStanding | CertificationExpired,
) -> tuple[str, str | None, str]:
    return event.programme, event.candidate_id, event.certification


def _newest(events: Iterable[E], key: Callable[[E], tuple[Any, ...]]) -> list[E]:
    """Keep one event of each key, the one with the highest version.

    Sorted by key, so that two consumers that meet on the same rows lock them in one order.
    """
    newest: dict[tuple[Any, ...], E] = {}
    for event in events:
        one = key(event)
        kept = newest.get(one)
        if kept is None or event.version > kept.version:
            newest[one] = event
    return [newest[one] for one in sorted(newest)]
