"""What each kind of fact is in a line of a list, whatever the programme still knows of it."""

from collections.abc import Mapping
from typing import Any

from services.certifications.domain import Fact
from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    AssignedNumber,
    CourseCompletion,
    CreditEntry,
    ExamFail,
    ExamPass,
    ExamSetAside,
    FeePaid,
    Granted,
    Prolonged,
    Reinstated,
    Revoked,
    Suspended,
    Voided,
)
from services.certifications.domain.wording import (
    counted,
    course_text,
    exam_text,
    why_set_aside,
    written,
)
from shared.programmes import Programme

_SANCTIONS = {Suspended: "Suspended", Revoked: "Revoked", Reinstated: "Reinstated"}


def fact_text(programme: Programme, fact: Fact) -> str:
    """Return a fact in words, without its day."""
    match fact:
        case ExamPass() | ExamFail():
            verb = "Passed" if isinstance(fact, ExamPass) else "Failed"
            return f"{verb} {exam_text(programme, fact.exam, fact.day)}"
        case ExamSetAside():
            verb = "Passed" if fact.grade == "pass" else "Failed"
            text = f"{verb} {exam_text(programme, fact.exam, fact.day)}"
            return f"{text}; {why_set_aside(fact)}"
        case CreditEntry() | CourseCompletion() | AgreementAccepted() | FeePaid() | Approval():
            return _evidence(programme, fact)
        case AssignedNumber():
            return f"{_name(programme.number_series, fact.series)} {fact.number}"
        case Voided():
            return f"Made the fact {fact.fact} void"
    return _by_staff(programme, fact)


def _evidence(
    programme: Programme,
    fact: CreditEntry | CourseCompletion | AgreementAccepted | FeePaid | Approval,
) -> str:
    match fact:
        case CreditEntry():
            text = f"{counted(fact.points, 'credit')}: {fact.title}"
            return f"{text} (in review)" if fact.pending else text
        case CourseCompletion():
            text = f"Completed the course {course_text(programme, fact.course)}"
            return f"{text} (in review)" if fact.pending else text
        case AgreementAccepted():
            name = _name(programme.agreements, fact.agreement)
            return f"Accepted {name}, version {fact.version}"
        case FeePaid():
            return f"Paid {_name(programme.fees, fact.fee)}"
    return f"{_name(programme.approvals, fact.approval)} recorded"


def _by_staff(
    programme: Programme, fact: Granted | Prolonged | Suspended | Revoked | Reinstated
) -> str:
    every = "every certification"
    name = every if fact.certification is None else certified(programme, fact.certification)
    if isinstance(fact, Granted):
        until = "" if fact.expires_on is None else f" through {written(fact.expires_on)}"
        return f"Granted {name}{until}"
    if isinstance(fact, Prolonged):
        return f"Extended {name} through {written(fact.expires_on)}"
    return f"{_SANCTIONS[type(fact)]} {name}"


def certified(programme: Programme, code: str) -> str:
    """Return a certification's name; its code once the programme has it no more."""
    return _name(programme.certifications, code)


def _name(named: Mapping[str, Any], key: str) -> str:
    found = named.get(key)
    return key if found is None else str(found.name)
