"""What a score report says, without what draws it: that is large, and loaded when first needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.vendors import vendor_of
from services.exams.errors import ResultRevoked, UnknownResult
from services.exams.models import Candidate, Result
from services.exams.queries import exam_name, expires_on
from shared.context import context
from shared.merges import of_person, survivor_id


@dataclass(frozen=True)
class Colours:
    """A programme's branding as it concerns paper: #rrggbb each."""

    accent: str
    accent_ink: str
    ink: str


@dataclass(frozen=True)
class ScoreReport:
    """Everything that a score report says.

    holder: the candidate's name, empty while it is not known; held: the result does not count for
    the time being; sections: the parts of the exam as (name, score); revision: the version of the
    result that is shown, so that two prints can be told apart.
    """

    programme: str
    wordmark: str
    colours: Colours
    holder: str
    candidate_id: str
    exam_code: str
    exam_name: str
    registration_number: str
    vendor: str
    centre: str | None
    exam_date: date
    received_on: date
    changed_on: date | None
    passed: bool
    held: bool
    reason: str | None
    score: str | None
    passing_score: str | None
    sections: tuple[tuple[str, str], ...]
    valid_through: date | None
    timezone: str
    revision: int


async def score_report(
    session: AsyncSession,
    programme_id: str,
    candidate_id: str,
    registration_number: str,
    result_id: UUID | None,
) -> ScoreReport:
    """Gather what the report of a candidate's result says.

    result_id: which of them, where two vendors use one registration number; None: the newest.
    Raises UnknownResult, or ResultRevoked for a result that has been taken back.
    """
    query = select(Result.__table__).where(
        await of_person(session, Result, programme_id, candidate_id),
        Result.registration_number == registration_number,
    )
    if result_id is not None:
        query = query.where(Result.id == result_id)
    found = await session.execute(query.order_by(Result.id.desc()).limit(1))
    row = found.mappings().one_or_none()
    if row is None:
        raise UnknownResult("This candidate has no result with this registration number.")
    if row["state"] == "revoked":
        raise ResultRevoked("This result has been taken back. There is no score report of it.")
    survivor = await survivor_id(session, programme_id, candidate_id)
    holder = await session.get(Candidate, (programme_id, survivor))
    return _report(session, row, holder)


def _report(session: AsyncSession, row: Mapping[Any, Any], holder: Candidate | None) -> ScoreReport:
    here = context(session)
    programme = here.programmes[row["programme"]]
    zone = ZoneInfo(programme.timezone)
    look, changed = programme.branding, row["changed_at"]
    return ScoreReport(
        programme=programme.name,
        wordmark=look.logo_text,
        colours=Colours(look.accent, look.accent_ink, look.ink),
        holder=" ".join(part for part in (holder.given_name, holder.family_name) if part)
        if holder
        else "",
        candidate_id=row["candidate_id"],
        exam_code=row["exam_code"],
        exam_name=exam_name(programme, row["exam_code"], row["exam_name"]),
        registration_number=row["registration_number"],
        vendor=vendor_of(here.programmes, row["programme"], row["vendor"]).name,
        centre=row["centre"],
        exam_date=row["exam_date"],
        received_on=row["received_at"].astimezone(zone).date(),
        changed_on=changed.astimezone(zone).date() if changed else None,
        passed=row["grade"] == "pass",
        held=row["state"] == "held",
        reason=row["reason"] if row["state"] == "held" else None,
        score=row["score"],
        passing_score=row["passing_score"],
        sections=tuple((one["name"], one["score"]) for one in row["sections"] or ()),
        valid_through=expires_on(programme, row["exam_code"], row["grade"], row["exam_date"]),
        timezone=programme.timezone,
        revision=row["version"],
    )
