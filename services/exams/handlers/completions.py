"""Course completions: handed in by candidates, decided by staff, told to the others."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.completions import (
    DECISIONS,
    Action,
    CompletionForm,
    day_fault,
)
from services.exams.errors import (
    CompletionChanged,
    CompletionRepeated,
    TooManyCompletions,
    UnknownCompletion,
)
from services.exams.models import Candidate, Completion, CompletionNote
from shared import outbox
from shared.clock import today
from shared.context import context
from shared.errors import FieldError, Unprocessable
from shared.events import (
    CourseCompletionApproved,
    CourseCompletionRejected,
    CourseCompletionReturned,
    CourseCompletionSubmitted,
)
from shared.handed_in import KeptFile
from shared.ids import uuid7
from shared.merges import ids_of, of_person, survivor_id

PREFIX = "completions"
_WAITING = ("submitted", "returned")


def _columns(file: KeptFile) -> dict[str, Any]:
    return {
        "file_key": file.key,
        "file_name": file.name,
        "file_type": file.type,
        "file_bytes": file.bytes,
        "file_digest": file.digest,
    }


async def hand_in(
    session: AsyncSession, programme: str, candidate_id: str, form: CompletionForm, file: KeptFile
) -> Completion:
    """Store what a candidate hands in.

    Raises Unprocessable, CompletionRepeated or TooManyCompletions.
    """
    _check(session, programme, form)
    await _hold(session, programme, candidate_id)
    await _refuse_repeated(session, programme, candidate_id, form, None)
    most = context(session).settings.completions_waiting
    waiting = await session.scalar(
        select(func.count())
        .select_from(Completion)
        .where(
            await of_person(session, Completion, programme, candidate_id),
            Completion.state.in_(_WAITING),
        )
    )
    if waiting is not None and waiting >= most:
        raise TooManyCompletions(f"{waiting} course completions wait; at most {most} may")
    now = context(session).clock.now()
    handed_in = Completion(
        id=uuid7(),
        programme=programme,
        candidate_id=candidate_id,
        course=form.course,
        completed_on=form.completed_on,
        notes=form.notes,
        state="submitted",
        submitted_at=now,
        updated_at=now,
        version=1,
        **_columns(file),
    )
    session.add(handed_in)
    await session.flush()
    await _note(session, handed_in, "submitted", candidate_id, form.notes)
    await _tell(session, handed_in, CourseCompletionSubmitted)
    return handed_in


async def hand_in_again(
    session: AsyncSession,
    programme: str,
    candidate_id: str,
    completion_id: UUID,
    form: CompletionForm,
    file: KeptFile | None,
) -> Completion:
    """Replace what was returned to its candidate; without a file the former one stays.

    Raises UnknownCompletion, CompletionChanged, CompletionRepeated or Unprocessable.
    """
    await _hold(session, programme, candidate_id)
    found = await _locked(session, completion_id)
    ids = await ids_of(session, programme, candidate_id)
    if found.programme != programme or found.candidate_id not in ids:
        raise _unknown()
    _check(session, programme, form)
    _require(found, form.version, {"returned"}, "be handed in again")
    await _refuse_repeated(session, programme, candidate_id, form, completion_id)
    found.course, found.completed_on, found.notes = form.course, form.completed_on, form.notes
    for column, value in (_columns(file) if file else {}).items():
        setattr(found, column, value)
    found.submitted_at = context(session).clock.now()
    found.reason = found.decided_by = found.decided_at = None
    _moved(session, found, "submitted")
    await _note(session, found, "resubmitted", candidate_id, form.notes)
    await _tell(session, found, CourseCompletionSubmitted)
    return found


async def decide(
    session: AsyncSession,
    completion_id: UUID,
    programmes: Iterable[str],
    action: Action,
    *,
    version: int,
    reason: str,
    by: str,
) -> Completion:
    """Approve, reject or return a completion as staff saw it.

    Raises UnknownCompletion, CompletionChanged, or Unprocessable where a reason is lacking.
    """
    step = DECISIONS[action]
    if step.reason and not reason:
        message = "is required: the candidate is told"
        raise Unprocessable(
            "a reason is required", errors=[FieldError(field="reason", message=message)]
        )
    found = await _locked(session, completion_id)
    if found.programme not in set(programmes):
        raise _unknown()
    _require(found, version, step.before, f"be {step.after}")
    found.decided_by, found.decided_at = by, context(session).clock.now()
    found.reason = reason or None
    _moved(session, found, step.after)
    await _note(session, found, step.after, by, reason)
    if action == "approve":
        await _tell(session, found, CourseCompletionApproved)
    elif action == "reject":
        await _tell(session, found, CourseCompletionRejected, reason=reason)
    else:
        await _tell(session, found, CourseCompletionReturned, reason=reason)
    return found


def _check(session: AsyncSession, programme: str, form: CompletionForm) -> None:
    here = context(session)
    rules = here.programmes[programme]
    courses = rules.education.courses
    errors = []
    if form.course not in courses:
        known = ", ".join(courses) or "none: this programme names no courses"
        errors.append(
            FieldError(field="course", message=f"unknown course {form.course!r}; known are {known}")
        )
    if wrong := day_fault(form.completed_on, today(here.clock, rules.timezone), rules.timezone):
        errors.append(FieldError(field=wrong.field, message=wrong.message))
    if errors:
        raise Unprocessable(errors[0].message, errors=errors)


async def _hold(session: AsyncSession, programme: str, candidate_id: str) -> None:
    """Let one person hand in one thing at a time, so that pressing twice is seen."""
    survivor = await survivor_id(session, programme, candidate_id)
    await session.execute(
        select(Candidate.version)
        .where(Candidate.programme == programme, Candidate.candidate_id == survivor)
        .with_for_update()
    )


async def _refuse_repeated(
    session: AsyncSession,
    programme: str,
    candidate_id: str,
    form: CompletionForm,
    but: UUID | None,
) -> None:
    same = await session.scalar(
        select(Completion.state)
        .where(
            await of_person(session, Completion, programme, candidate_id),
            Completion.course == form.course,
            Completion.completed_on == form.completed_on,
            Completion.state != "rejected",
            Completion.id != but if but is not None else Completion.id.is_not(None),
        )
        .limit(1)
    )
    if same is not None:
        raise CompletionRepeated(
            f"{form.course}, completed on {form.completed_on}, was handed in already ({same})",
            errors=[FieldError(field="course", message="was handed in already for this day")],
        )


async def _locked(session: AsyncSession, completion_id: UUID) -> Completion:
    found = await session.get(Completion, completion_id, with_for_update=True)
    if found is None:
        raise _unknown()
    return found


def _unknown() -> UnknownCompletion:
    return UnknownCompletion("there is no course completion with this id, or it is not yours")


def _require(found: Completion, version: int | None, states: Iterable[str], to: str) -> None:
    if found.state not in states:
        raise CompletionChanged(
            f"it is {found.state} and cannot {to}", state=found.state, version=found.version
        )
    if version != found.version:
        raise CompletionChanged(
            f"it was changed since you saw it: version {found.version} is the newest",
            errors=[FieldError(field="version", message=f"is {found.version} by now")],
            state=found.state,
            version=found.version,
        )


def _moved(session: AsyncSession, found: Completion, state: str) -> None:
    found.state = state
    found.updated_at = context(session).clock.now()
    found.version += 1


async def _note(session: AsyncSession, about: Completion, action: str, by: str, words: str) -> None:
    session.add(
        CompletionNote(
            id=uuid7(),
            completion_id=about.id,
            action=action,
            by=by,
            at=context(session).clock.now(),
            text=words,
        )
    )
    await session.flush()


async def _tell(
    session: AsyncSession,
    about: Completion,
    kind: type[
        CourseCompletionSubmitted
        | CourseCompletionApproved
        | CourseCompletionRejected
        | CourseCompletionReturned
    ],
    **more: str,
) -> None:
    programme = context(session).programmes[about.programme]
    course = programme.education.courses.get(about.course)
    whole: Mapping[str, Any] = {
        "programme": about.programme,
        "candidate_id": about.candidate_id,
        "version": about.version,
        "completion_id": about.id,
        "course": about.course,
        "course_name": course.name if course else about.course,
        "completed_on": about.completed_on,
        "submitted_on": _day(about.submitted_at, programme.timezone),
        "at": about.updated_at,
        **more,
    }
    await outbox.add(session, kind(**whole))


def _day(instant: datetime, timezone: str) -> Any:
    return instant.astimezone(ZoneInfo(timezone)).date()
