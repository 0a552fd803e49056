"""Candidates answer their programme's questions, give consents and take them back."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.answers import Value, wrong
from services.identity.errors import UnknownCandidate
from services.identity.handlers import audit
from services.identity.handlers.candidates import load, publish_state
from services.identity.models import Answer, Candidate, Confirmation
from services.identity.profile_errors import AskedOtherwise
from shared.auth import Principal
from shared.clock import today
from shared.context import context
from shared.errors import FieldError, Unprocessable
from shared.programmes import Question
from shared.rows import upsert

# The wording that was read, and the answer; None leaves an optional question open.
Answered = tuple[str, Value | None]


async def confirm(
    session: AsyncSession, principal: Principal, answered: Mapping[str, Answered]
) -> None:
    """Keep a candidate's answers and that they are confirmed; a changed consent takes effect.

    Raises Unprocessable, naming the questions whose answers are wrong or missing, and
    AskedOtherwise when another wording is in force than the one that was read.
    """
    programme = principal.programme or ""
    here = context(session)
    profile = here.programmes[programme].profile
    day = today(here.clock, here.programmes[programme].timezone)
    asked = {one.id: one for one in profile.questions if one.in_force(day) is not None}
    _check(asked, answered)
    for name, (version, _) in answered.items():
        wording = asked[name].in_force(day)
        if wording is None or wording.version != version:
            raise AskedOtherwise(
                f"{asked[name].name} is asked in other words by now. Please read it again."
            )
    # One writer at a time: consent and version of the candidate belong together.
    candidate = (await load(session, [principal.subject], lock=True)).get(principal.subject)
    if candidate is None or candidate.programme != programme:
        raise UnknownCandidate(f"There is no candidate {principal.subject}.")
    now = here.clock.now()
    changed = await _keep(session, candidate, answered)
    confirmation = {"candidate_id": candidate.candidate_id, "confirmed_at": now}
    await upsert(
        session, Confirmation, [confirmation], key=("candidate_id",), update=("confirmed_at",)
    )
    consent = profile.disclosure
    if consent is not None and consent.id in answered:
        await _disclose(session, candidate, disclosure=bool(answered[consent.id][1]))
    await audit.record(
        session,
        "settings.confirmed",
        by=principal,
        programme=programme,
        subject=candidate.candidate_id,
        details={"changed": changed, "consents": _consents(asked, answered, changed)},
    )


def _check(asked: Mapping[str, Question], answered: Mapping[str, Answered]) -> None:
    errors = [
        FieldError(field=f"answers.{name}", message="the programme does not ask this")
        for name in answered
        if name not in asked
    ]
    for name, question in asked.items():
        _, value = answered.get(name, ("", None))
        if (why := wrong(question, value)) is not None:
            errors.append(FieldError(field=f"answers.{name}", message=why))
    if errors:
        raise Unprocessable("Please look at the answers named.", errors=errors)


async def _keep(
    session: AsyncSession, candidate: Candidate, answered: Mapping[str, Answered]
) -> list[str]:
    """Write what is new and close what it replaces; return the questions concerned."""
    now = context(session).clock.now()
    in_force = {
        answer.question: answer
        for answer in await session.scalars(
            select(Answer).where(
                Answer.candidate_id == candidate.candidate_id, Answer.replaced_at.is_(None)
            )
        )
    }
    changed: list[str] = []
    for name, (version, value) in sorted(answered.items()):
        before = in_force.get(name)
        # A text is kept as it was meant, without the blanks around it.
        given = value.strip() if isinstance(value, str) else value
        if before is not None and (before.value, before.version) == (given, version):
            continue
        if before is None and given in {None, ""}:
            continue
        if before is not None:
            before.replaced_at = now
        if given is not None and given != "":
            session.add(
                Answer(
                    candidate_id=candidate.candidate_id,
                    question=name,
                    version=version,
                    value=given,
                    given_at=now,
                )
            )
        changed.append(name)
    return changed


async def _disclose(session: AsyncSession, candidate: Candidate, *, disclosure: bool) -> None:
    """Let others verify a candidate's certifications, or no longer; all services hear of it."""
    if candidate.disclosure == disclosure:
        return
    candidate.disclosure = disclosure
    candidate.version += 1
    await session.flush()
    await publish_state(session, [candidate])


def _consents(
    asked: Mapping[str, Question], answered: Mapping[str, Answered], changed: Sequence[str]
) -> dict[str, str]:
    return {
        consent: "given" if answered[name][1] else "withheld"
        for name in changed
        if (consent := asked[name].consent) is not None
    }
