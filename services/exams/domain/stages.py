"""How far a booked exam is: ahead, today, or over with its result on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from services.exams.domain.life import booking_state

Stage: TypeAlias = Literal["booked", "sitting", "awaiting", "overdue", "received"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a registration without a result to show stands as, and when that should be here."""

    state: str
    stage: Stage | None
    expected_on: date | None


def progress(
    row: Mapping[str, Any], today: date, timezone: str, expected_days: int, *, received: bool
) -> Progress:
    """How far a registration is on a day.

    received: whether its result is here, though not linked to its candidate yet; expected_days:
    so many days after the exam its result should be here.
    """
    state = booking_state(row)
    if state != "booked" and not received:
        return Progress(state, None, None)
    appointment = row["appointment"]
    if appointment is None:
        return (
            Progress("awaiting", "received", None) if received else Progress(state, "booked", None)
        )
    day = appointment.astimezone(ZoneInfo(timezone)).date()
    expected_on = day + timedelta(days=expected_days)
    if received:
        return Progress("awaiting", "received", expected_on)
    if today < day:
        return Progress(state, "booked", expected_on)
    if today == day:
        return Progress(state, "sitting", expected_on)
    return Progress("awaiting", "awaiting" if today <= expected_on else "overdue", expected_on)
