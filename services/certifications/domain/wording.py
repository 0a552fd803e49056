"""How the engine writes days, credits, exams and other facts in its sentences."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    Cause,
    CourseCompletion,
    CreditEntry,
    ExamPass,
    ExamSetAside,
    FeePaid,
    Granted,
    Prolonged,
)
from shared.clock import months_on
from shared.programmes import FormerName, Programme

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# More activities than this are told as their sum; the data names every one of them.
_CREDITS_LISTED = 2


@lru_cache(maxsize=10_000)
def written(day: date) -> str:
    """A day as people write it, the same in every locale of the machine."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def listed(parts: Sequence[str]) -> str:
    """One, two and three of them in a sentence."""
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else "".join(parts)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"


def amount(points: Decimal) -> str:
    """Credits without zeros that say nothing: 5 and 2.5, never 5.00."""
    whole = points.to_integral_value()
    return str(whole) if points == whole else str(points.normalize())


def counted(count: int | Decimal, noun: str) -> str:
    """So many of a thing: 1 credit, 2 credits, 3 activities."""
    number = amount(count) if isinstance(count, Decimal) else str(count)
    if count == 1:
        return f"{number} {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("ty") else f"{number} {noun}s"


@lru_cache(maxsize=10_000)
def exam_text(programme: Programme, code: str, day: date | None = None) -> str:
    """The code and the name of an exam, as it was on a day; a former code says what it is now."""
    exam = programme.exam(code)
    if exam is None:
        return code
    name = (day and name_on(exam.former_names, day)) or exam.name
    return f"{code} {name}" if code == exam.code else f"{code} (now {exam.code}) {name}"


def why_set_aside(fact: ExamSetAside) -> str:
    """Why the result of an attempt does not count, with the reason that was given, if any."""
    what = "was revoked" if fact.state == "revoked" else "is held and does not count for now"
    return because(f"its result {what}", fact.reason)


def name_on(former_names: Iterable[FormerName], day: date) -> str | None:
    """What an exam or a certification was called on a day; None: as it is called now."""
    former = [(one.until, one.name) for one in former_names if one.until and day <= one.until]
    return min(former)[1] if former else None


def cause_text(programme: Programme, cause: Cause) -> str:  # noqa: PLR0911 - one line for each kind
    """One cause of a date, e.g. passed 200-301 (...) on 1 April 2021."""
    on = written(cause.day)
    match cause:
        case ExamPass():
            return f"passed {exam_text(programme, cause.exam, cause.day)} on {on}"
        case CreditEntry():
            return f"earned {counted(cause.points, 'credit')} on {on} ({cause.title})"
        case CourseCompletion():
            return f"completed the course {course_text(programme, cause.course)} on {on}"
        case AgreementAccepted():
            name = programme.agreements[cause.agreement].name
            return f"accepted the {name}, version {cause.version}, on {on}"
        case FeePaid():
            return f"paid the {programme.fees[cause.fee].name} on {on}"
        case Approval():
            return f"{programme.approvals[cause.approval].name} was recorded by staff on {on}"
        case Granted():
            return because(f"granted by staff on {on}", cause.reason)
        case Prolonged():
            return because(f"extended by staff on {on}", cause.reason)
    return f"{programme.certifications[cause.certification].name} was active on {on}"


def causes_text(programme: Programme, causes: Iterable[Cause]) -> str:
    """All causes of a date in one sentence part; what there is much of is told together."""
    every = list(causes)
    if len(every) == 1:
        return cause_text(programme, every[0])
    credits_ = [cause for cause in every if isinstance(cause, CreditEntry)]
    told = every
    sums: list[str] = []
    if len(credits_) > _CREDITS_LISTED:
        told = [one for one in told if not isinstance(one, CreditEntry)]
        total = counted(sum((one.points for one in credits_), Decimal(0)), "credit")
        sums.append(f"earned {total} with {counted(len(credits_), 'activity')} {_when(credits_)}")
    fees = [cause for cause in every if isinstance(cause, FeePaid)]
    for fee in dict.fromkeys(one.fee for one in fees):
        paid = [one for one in fees if one.fee == fee]
        if len(paid) > 1:
            told = [one for one in told if one not in paid]
            sums.append(f"paid the {programme.fees[fee].name} {len(paid)} times {_when(paid)}")
    return listed([*(cause_text(programme, cause) for cause in told), *sums])


def _when(facts: Sequence[CreditEntry] | Sequence[FeePaid]) -> str:
    first, last = min(one.day for one in facts), max(one.day for one in facts)
    return f"on {written(first)}" if first == last else f"from {written(first)} to {written(last)}"


def course_text(programme: Programme, code: str) -> str:
    """The code and the name of a course."""
    course = programme.education.courses.get(code)
    return code if course is None else f"{code} {course.name}"


def because(text: str, reason: str) -> str:
    """A text with the reason that staff gave, if they gave one."""
    return f"{text} ({reason.rstrip('.')})" if reason else text


def between(first: date, last: date) -> tuple[int, int]:
    """Whole months and the days that remain from one day to a later one."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if months and months_on(first, months) > last:
        months -= 1
    return months, (last - months_on(first, months)).days


def length(months: int, days: int) -> str:
    """Months and days as people say them: 2 years, 4 months and 5 days."""
    years, months = divmod(months, 12)
    parts = [
        counted(count, noun)
        for count, noun in ((years, "year"), (months, "month"), (days, "day"))
        if count
    ]
    return listed(parts) or "0 days"
