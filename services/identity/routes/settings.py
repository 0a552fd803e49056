"""A candidate's settings: the programme's questions, consents, confirmation."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity import profile_queries
from services.identity.domain.answers import Given, confirm_by, is_due, is_open
from services.identity.handlers import answers
from services.identity.routes.known import myself
from services.identity.schemas.profile import (
    AnswerOut,
    ChoiceOut,
    QuestionOut,
    SettingsIn,
    SettingsOut,
)
from shared.auth import Candidate
from shared.clock import today
from shared.context import ServiceContext
from shared.programmes import Question
from shared.programmes.profile import QuestionVersion
from shared.web import Here, Read, Write

router = APIRouter(tags=["profile"])


@router.get("/me/settings")
async def my_settings(principal: Candidate, session: Read, here: Here) -> SettingsOut:
    """Return the programme's questions in today's words, with my answers."""
    return await settings_of(session, here, *await myself(session, principal))


@router.put("/me/settings")
async def confirm_settings(
    body: SettingsIn, principal: Candidate, session: Write, here: Here
) -> SettingsOut:
    """Answer all questions and confirm them; a consent taken back takes effect at once."""
    given = {name: (one.version, one.value) for name, one in body.answers.items()}
    await answers.confirm(session, principal, given)
    await session.flush()
    return await settings_of(session, here, principal.programme or "", principal.subject)


async def settings_of(
    session: AsyncSession, here: ServiceContext, programme_id: str, candidate_id: str
) -> SettingsOut:
    """Return what a candidate of a programme is asked and has answered."""
    programme = here.programmes[programme_id]
    day = today(here.clock, programme.timezone)
    given = await profile_queries.answers(session, candidate_id)
    confirmed_at = await profile_queries.confirmed_at(session, candidate_id)
    on = confirmed_at.astimezone(ZoneInfo(programme.timezone)).date() if confirmed_at else None
    return SettingsOut(
        questions=[
            _question(one, wording, given.get(one.id), open_=is_open(one, given.get(one.id), day))
            for one in programme.profile.questions
            if (wording := one.in_force(day)) is not None
        ],
        confirmed_at=confirmed_at,
        confirm_by=confirm_by(programme.profile, on),
        due=is_due(programme.profile, given, on, day),
    )


def _question(
    question: Question, wording: QuestionVersion, answer: Given | None, *, open_: bool
) -> QuestionOut:
    return QuestionOut(
        id=question.id,
        name=question.name,
        type=question.type,
        required=question.required,
        consent=question.consent,
        version=wording.version,
        text=wording.text,
        choices=[ChoiceOut(id=one.id, name=one.name) for one in question.choices],
        longest=question.longest,
        answer=AnswerOut(version=answer.version, value=answer.value, given_at=answer.given_at)
        if answer is not None
        else None,
        open=open_,
    )
