"""Imagined passes and credits as facts, checked like real ones."""

from collections.abc import Iterator
from datetime import date

from services.certifications.action_checks import far, unknown_names
from services.certifications.domain import ExamPass
from services.certifications.domain.facts import CreditEntry
from services.certifications.errors import UnusableImagination
from services.certifications.schemas.planning import Imagined, ImaginedCredits
from shared.errors import FieldError
from shared.programmes import Programme


def facts_of(
    programme: Programme, imagined: Imagined, today: date
) -> tuple[ExamPass | CreditEntry, ...]:
    """Return the facts; raise UnusableImagination naming each field that is not right."""
    exams = [
        ExamPass(f"imagined-{number}", one.exam, one.day)
        for number, one in enumerate(imagined.exams, start=1)
    ]
    credits_ = [
        _credit(f"imagined-{number}", one)
        for number, one in enumerate(imagined.credits, start=len(exams) + 1)
    ]
    faults = [*_exam_faults(programme, exams, today), *_credit_faults(programme, credits_, today)]
    if imagined.on is not None and (fault := far("on", imagined.on, today)) is not None:
        faults.append(fault)
    if not exams and not credits_:
        faults.append(FieldError(field="exams", message="imagine an exam or some credits"))
    if faults:
        raise UnusableImagination("Something in it is not right.", errors=faults)
    return (*exams, *credits_)


def _credit(fact_id: str, one: ImaginedCredits) -> CreditEntry:
    return CreditEntry(
        id=fact_id,
        day=one.day,
        points=one.points,
        title=one.title or "Imagined credits",
        item=fact_id,
        category=one.category,
        activity=one.activity,
        submitted_on=one.day,
    )


def _exam_faults(programme: Programme, exams: list[ExamPass], today: date) -> Iterator[FieldError]:
    for place, fact in enumerate(exams):
        if programme.exam(fact.exam) is None:
            message = f"{programme.name} has no exam {fact.exam!r}"
            yield FieldError(field=f"exams.{place}.exam", message=message)
        if (fault := far(f"exams.{place}.day", fact.day, today)) is not None:
            yield fault


def _credit_faults(
    programme: Programme, credits_: list[CreditEntry], today: date
) -> Iterator[FieldError]:
    for place, fact in enumerate(credits_):
        for unknown in unknown_names(programme, fact):
            yield FieldError(field=f"credits.{place}.{unknown.field}", message=unknown.message)
        if (fault := far(f"credits.{place}.day", fact.day, today)) is not None:
            yield fault
