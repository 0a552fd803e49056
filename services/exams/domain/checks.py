"""What a programme's checks find in a result, beside the others of its candidate."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.programmes import Exam, Period, Programme, ResultCheck, Retake

STRICTNESS = ("flag", "notify", "hold")
# Of so many attempts a message names the days, the last ones.
_MOST_DAYS = 20


SITTING_COLUMNS = (
    "id",
    "state",
    "registration_number",
    "exam_code",
    "grade",
    "score",
    "exam_date",
    "taken_at",
    "centre",
)
"""What a sitting is made of, as it is stored."""


class Sitting(NamedTuple):
    """A result as the checks see it; stated_at: when its vendor said so, if it did.

    What was revoked was an attempt all the same, though not a passed one: rules count how often
    an exam was taken.
    """

    id: UUID
    number: str
    exam_code: str
    passed: bool
    revoked: bool
    score: str | None
    exam_date: date
    taken_at: datetime | None
    centre: str | None
    stated_at: datetime | None = None

    @classmethod
    def of(cls, row: Mapping[Any, Any], stated_at: datetime | None = None) -> "Sitting":
        """A stored row as a sitting."""
        revoked = row["state"] == "revoked"
        # By place, because one is made of every result that comes in.
        return cls(
            row["id"],
            row["registration_number"],
            row["exam_code"],
            row["grade"] == "pass" and not revoked,
            revoked,
            row["score"],
            row["exam_date"],
            row["taken_at"],
            row["centre"],
            stated_at,
        )


class Earlier(NamedTuple):
    """The sittings of an exam before one of them; no copy of them for each that is looked at.

    sittings: all of the exam, oldest first; attempts: how many of them come before; failed: how
    many of these have failed since the last that was passed.
    """

    sittings: Sequence[Sitting]
    attempts: int
    failed: int

    def back(self, steps: int) -> Sitting:
        """The one so many steps before: 1 is the last."""
        return self.sittings[self.attempts - steps]


class History:
    """The sittings of one candidate in their order, of all exams and of each.

    Made once, and looked into by position: a dummy candidate to whom thousands of results were
    sent must not hold up the others.
    """

    def __init__(self, programme: Programme, sittings: Iterable[Sitting]) -> None:
        ordered = sorted(sittings, key=_order)
        self._placed = [one for one in ordered if one.centre is not None]
        self._days = [one.exam_date for one in self._placed]
        self._elsewhere = _next_elsewhere(self._placed)
        self._of: dict[str, list[Sitting]] = {}
        for one in ordered:
            exam = programme.exam(one.exam_code)
            if exam is not None:
                self._of.setdefault(exam.code, []).append(one)
        self._orders = {code: [_order(one) for one in of] for code, of in self._of.items()}
        self._failed = {code: _failed_before(of) for code, of in self._of.items()}

    def before(self, exam: Exam, sitting: Sitting) -> Earlier:
        """The sittings of an exam before one of them."""
        at = bisect_left(self._orders[exam.code], _order(sitting))
        return Earlier(self._of[exam.code], at, self._failed[exam.code][at])

    def elsewhere(self, sitting: Sitting, stretch: Period) -> Sitting | None:
        """The oldest sitting less than a stretch of time away from one, at another centre."""
        at = bisect_left(self._days, sitting.exam_date)
        first = bisect_right(self._days, sitting.exam_date, hi=at, key=stretch.after)
        end = bisect_left(self._days, stretch.after(sitting.exam_date))
        if first < end and self._placed[first].centre == sitting.centre:
            first = self._elsewhere[first]
        return self._placed[first] if first < end else None


def _next_elsewhere(placed: Sequence[Sitting]) -> list[int]:
    """For each sitting, the place of the next at another centre; past the end if none follows."""
    places = [len(placed)] * len(placed)
    for at in range(len(placed) - 2, -1, -1):
        same = placed[at].centre == placed[at + 1].centre
        places[at] = places[at + 1] if same else at + 1
    return places


def _failed_before(sittings: Sequence[Sitting]) -> list[int]:
    """For each place, how many sittings before it have failed since the last that was passed."""
    failed = [0]
    for one in sittings:
        failed.append(0 if one.passed else failed[-1] + 1)
    return failed


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found about a result."""

    sitting: Sitting
    check: ResultCheck
    message: str


def find(
    programme: Programme,
    checks: Iterable[ResultCheck],
    sittings: Iterable[Sitting],
    history: Iterable[Sitting],
) -> list[Finding]:
    """What checks find in some results of one candidate; of one check, the strictest entry.

    history: all results of the candidate, those looked at among them; for checks that compare
    nothing it may be empty, and the results those of many candidates.
    """
    found: dict[tuple[UUID, str], Finding] = {}
    ordered = History(programme, history)
    # By exam, because what fits it is the same for all its results.
    by_exam: dict[str, list[Sitting]] = {}
    for sitting in sittings:
        by_exam.setdefault(sitting.exam_code, []).append(sitting)
    for check, (code, some) in product(checks, by_exam.items()):
        exam = programme.exam(code)
        if exam is None or not check.fits(exam.code, exam.exam_class):
            continue
        if check.check == "exam_retired" and exam.retired_on is None:
            continue
        for sitting in some:
            message = _message(programme, exam, check, sitting, ordered)
            if message is None:
                continue
            key = (sitting.id, check.check)
            known = found.get(key)
            if known is None or _strictness(known.check) < _strictness(check):
                found[key] = Finding(sitting, check, message)
    return list(found.values())


def _strictness(check: ResultCheck) -> int:
    return STRICTNESS.index(check.action)


def _order(sitting: Sitting) -> tuple[date, bool, str, str]:
    # Of one day: by the clock where it is known; a fail before a pass, for whoever passes does
    # not sit again.
    at = "" if sitting.taken_at is None else sitting.taken_at.isoformat()
    return sitting.exam_date, sitting.passed, at, sitting.number


def _message(
    programme: Programme,
    exam: Exam,
    check: ResultCheck,
    sitting: Sitting,
    history: History,
) -> str | None:
    message: str | None = None
    match check.check:
        case "score_out_of_range":
            message = _score(check, sitting)
        case "exam_retired":
            message = _retired(exam, sitting)
        case "impossible_date":
            message = _date(programme, exam, sitting)
        case "two_centres":
            message = _centres(check, sitting, history)
        case "too_many_attempts":
            message = _attempts(exam, check, sitting, history)
        case "retake_too_early":
            message = _early(programme, exam, sitting, history)
    return message


def _retired(exam: Exam, sitting: Sitting) -> str | None:
    if exam.retired_on is None or sitting.exam_date <= exam.retired_on:
        return None
    return f"{exam.code} could be taken until {exam.retired_on}, not on {_day(sitting)}"


def _day(sitting: Sitting) -> str:
    return sitting.exam_date.isoformat()


def _score(check: ResultCheck, sitting: Sitting) -> str | None:
    if sitting.score is None:
        return None
    try:
        score = Decimal(sitting.score)
    except InvalidOperation:
        score = Decimal("NaN")
    # What Decimal takes for a number, "NaN" among them, is not always one that can be compared.
    if not score.is_finite():
        return f"the score {sitting.score!r} is no number"
    if check.least is not None and score < check.least:
        return f"the score {sitting.score} is below {check.least}, the lowest there is"
    if check.most is not None and score > check.most:
        return f"the score {sitting.score} is above {check.most}, the highest there is"
    return None


def _date(programme: Programme, exam: Exam, sitting: Sitting) -> str | None:
    if exam.earned_from is not None and sitting.exam_date < exam.earned_from:
        return f"{exam.code} exists since {exam.earned_from}; it was taken on {_day(sitting)}"
    if sitting.taken_at is not None:
        day = sitting.taken_at.astimezone(ZoneInfo(programme.timezone)).date()
        # The clock of the test centre may be a day ahead of or behind the programme's.
        if abs((day - sitting.exam_date).days) > 1:
            return f"taken on {_day(sitting)}, and at {sitting.taken_at.isoformat()}"
    if sitting.stated_at is not None:
        day = sitting.stated_at.date()
        if (sitting.exam_date - day).days > 1:
            return f"taken on {_day(sitting)}, after its result was stated on {day}"
    return None


def _centres(check: ResultCheck, sitting: Sitting, history: History) -> str | None:
    if sitting.centre is None:
        return None
    other = history.elsewhere(sitting, check.stretch)
    if other is None:
        return None
    return (
        f"taken at centre {sitting.centre} on {_day(sitting)}, and {other.exam_code} at "
        f"centre {other.centre} on {_day(other)}"
    )


def _attempts(exam: Exam, check: ResultCheck, sitting: Sitting, history: History) -> str | None:
    of, end, _ = history.before(exam, sitting)
    first = bisect_right(
        of, sitting.exam_date, hi=end, key=lambda one: check.stretch.after(one.exam_date)
    )
    attempts = end - first + 1
    if attempts <= (check.attempts or 0):
        return None
    recent = [*of[max(first, end + 1 - _MOST_DAYS) : end], sitting]
    days = ", ".join(map(_day, recent))
    return f"attempt {attempts} of {exam.code} within {check.stretch}: {days}"


def _early(programme: Programme, exam: Exam, sitting: Sitting, history: History) -> str | None:
    """Whether an attempt was made before the retake rules allowed it.

    The day of scheduling is not known here; the day of the attempt stands for it.
    """
    before = history.before(exam, sitting)
    if before.attempts == 0:
        return None
    last = before.back(1)
    for retake in programme.retakes:
        day = last.exam_date if retake.governed_by == "attempt" else sitting.exam_date
        if retake.fits(exam.code, exam.exam_class) and retake.in_force(day):
            return _broken(retake, sitting, before)
    return None


def _broken(retake: Retake, sitting: Sitting, before: Earlier) -> str | None:
    last = before.back(1)
    on = f"the attempt of {_day(last)}"
    if last.passed:
        allowed = retake.again_after_pass(last.exam_date)
        if allowed is None:
            return f"{on} was passed; it may not be taken again"
    else:
        failed = before.failed if retake.pass_resets_count else before.attempts
        allowed = retake.again_after_fail(last.exam_date, failed)
    if sitting.exam_date < allowed:
        return f"taken on {_day(sitting)}; after {on} it may be taken from {allowed} on"
    if retake.attempts_ever is not None and before.attempts >= retake.attempts_ever:
        return f"attempt {before.attempts + 1}; there are {retake.attempts_ever} in all"
    if retake.most is not None and before.attempts >= retake.most.attempts:
        oldest = before.back(retake.most.attempts)
        allowed = retake.most.within.after(oldest.exam_date)
        if sitting.exam_date < allowed:
            return (
                f"taken on {_day(sitting)}; after {retake.most.attempts} attempts since "
                f"{_day(oldest)} it may be taken from {allowed} on"
            )
    return None
