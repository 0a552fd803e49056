"""What Pearson VUE's messages and files have in common: its times, its grades, who it is."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

VENDOR = "vue"
"""The id under which Pearson VUE is known here."""

ENCODING = "cp1252"
TIME = "%Y/%m/%d %H:%M:%S"
"""How its files write an instant, which is UTC."""
DAY = "%Y/%m/%d"

GRADES: Mapping[str, str] = {
    "pass": "pass",
    "passed": "pass",
    "p": "pass",
    "fail": "fail",
    "failed": "fail",
    "f": "fail",
}
"""Its grades in any case; those but `pass` and `fail` are assumed."""

_FILES_TIME = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d( GMT)?")
_FILES_DAY = re.compile(r"\d{4}/\d\d/\d\d")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EXPECTED = "2026-10-12T14:30:00Z or 2026/10/12 14:30:00 (UTC)"


def read_time(written: str) -> datetime:
    """An instant as a message or a file writes it; raises ValueError with what was expected."""
    try:
        if _FILES_TIME.fullmatch(written):
            return datetime.strptime(written.removesuffix(" GMT"), TIME).replace(tzinfo=UTC)
        if _ISO_TIME.fullmatch(written):
            return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"must be a time such as {_EXPECTED}")


def read_exam_time(written: str, timezone: str) -> tuple[date, datetime | None]:
    """The day of an exam in the programme's time zone, and its instant if that is told.

    A day without a time is taken as it stands. Raises ValueError with what was expected.
    """
    try:
        if _FILES_DAY.fullmatch(written):
            return datetime.strptime(written, DAY).replace(tzinfo=UTC).date(), None
        if _ISO_DAY.fullmatch(written):
            return date.fromisoformat(written), None
        instant = read_time(written)
        return instant.astimezone(ZoneInfo(timezone)).date(), instant
    except (ValueError, OverflowError):
        raise ValueError(f"must be a day or a time such as {_EXPECTED}") from None


def read_grade(grade: str | None, score: str | None, passing_score: str | None) -> str | None:
    """The grade, or what score and passing score say; None if nothing says it.

    Raises ValueError for a grade that is none of `GRADES`.
    """
    if grade is not None:
        if grade.casefold() not in GRADES:
            raise ValueError("must be pass or fail")
        return GRADES[grade.casefold()]
    if score is None or passing_score is None:
        return None
    try:
        reached, needed = Decimal(score), Decimal(passing_score)
    except InvalidOperation:
        return None
    if not (reached.is_finite() and needed.is_finite()):
        return None
    return "pass" if reached >= needed else "fail"
