"""Agreements: accepted by candidates, a version at a time, once."""

import hashlib
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.errors import AgreementNotInForce, UnknownAgreement
from services.exams.models import Acceptance
from shared import outbox
from shared.clock import today
from shared.context import context
from shared.errors import FieldError, Unprocessable
from shared.events import AgreementAccepted
from shared.ids import uuid7
from shared.merges import of_person
from shared.programmes import Agreement
from shared.rows import insert_new

NATURAL_KEY = ("programme", "candidate_id", "agreement", "agreement_version")
SOURCE = "accepted by the candidate"


async def accept(
    session: AsyncSession, programme_id: str, candidate_id: str, agreement_id: str, version: str
) -> tuple[Acceptance, bool]:
    """Record that a candidate accepts a version; return it, and whether it is new.

    The same again changes nothing.
    Raises UnknownAgreement, Unprocessable or AgreementNotInForce.
    """
    here = context(session)
    programme = here.programmes[programme_id]
    agreement = programme.agreements.get(agreement_id)
    if agreement is None:
        raise UnknownAgreement(f"{programme.name} has no agreement {agreement_id!r}")
    text = _text(agreement, version)
    now = here.clock.now()
    where = {
        "programme": programme_id,
        "candidate_id": candidate_id,
        "agreement": agreement_id,
        "agreement_version": version,
    }
    known = await session.scalar(
        select(Acceptance)
        .where(
            await of_person(session, Acceptance, programme_id, candidate_id),
            Acceptance.agreement == agreement_id,
            Acceptance.agreement_version == version,
        )
        .order_by(Acceptance.accepted_at)
        .limit(1)
    )
    if known is not None:
        return known, False
    newest = agreement.in_force(today(here.clock, programme.timezone))
    if newest is None or newest.version != version:
        instead = f"the version in force is {newest.version}" if newest else "none is in force yet"
        raise AgreementNotInForce(
            f"version {version} of {agreement.name} can't be accepted: {instead}",
            errors=[FieldError(field="version", message=instead)],
            version=newest and newest.version,
        )
    if text is None:
        raise AgreementNotInForce(
            f"the text of version {version} is not here, so it can't be accepted here",
            errors=[FieldError(field="version", message="has no text here")],
        )
    row = {
        "id": uuid7(),
        **where,
        "text_digest": hashlib.sha256(text.encode()).hexdigest(),
        "accepted_at": now,
        "source": SOURCE,
    }
    inserted = await insert_new(session, Acceptance, [row], conflict=NATURAL_KEY, returning=("id",))
    stored = (await session.scalars(select(Acceptance).filter_by(**where))).one()
    if inserted:
        await outbox.add(
            session,
            AgreementAccepted(
                programme=programme_id,
                candidate_id=candidate_id,
                acceptance_id=stored.id,
                agreement=agreement_id,
                agreement_version=version,
                accepted_on=now.astimezone(ZoneInfo(programme.timezone)).date(),
                accepted_at=now,
            ),
        )
    return stored, bool(inserted)


def _text(agreement: Agreement, version: str) -> str | None:
    for one in agreement.versions:
        if one.version == version:
            return one.text
    known = ", ".join(one.version for one in agreement.versions)
    message = f"unknown version {version!r}; known are {known}"
    raise Unprocessable(message, errors=[FieldError(field="version", message=message)])
