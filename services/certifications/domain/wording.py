"""How the engine writes days and exams in its sentences."""

from datetime import date

from services.certifications.domain.facts import Cause, ExamPass
from shared.programmes import Programme

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def written(day: date) -> str:
    """A day as people write it, the same in every locale of the machine."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def cause_text(programme: Programme, cause: Cause) -> str:
    """One cause of a date, e.g. passed 200-301 (...) on 1 April 2021."""
    if isinstance(cause, ExamPass):
        return f"passed {cause.exam} {programme.exams[cause.exam].name} on {written(cause.day)}"
    name = programme.certifications[cause.certification].name
    return f"{name} was active on {written(cause.day)}"


def listed(parts: list[str]) -> str:
    """One, two and three of them in a sentence."""
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else "".join(parts)
