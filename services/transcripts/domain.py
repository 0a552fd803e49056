"""Rules of transcripts: what a holding is on a day, and until when a transcript may be shown."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.clock import years_on

Status = Literal["active", "expired"]


@dataclass(frozen=True, slots=True)
class Validity:
    """What is known about how long a certification is valid.

    version: of the event that gave the dates; expired_version: of the one that ended them.
    """

    expires_on: date | None
    version: int
    expired_version: int

    def status_on(self, day: date) -> Status:
        """Return the status on a day; the expiry date itself is still a valid day."""
        if self.expired_version > self.version:
            return "expired"
        if self.expires_on is not None and self.expires_on < day:
            return "expired"
        return "active"


def is_past(valid_through: date, today: date) -> bool:
    """Tell whether a transcript has run out: its last day counts as a whole."""
    return valid_through < today


def wrong_valid_through(
    valid_through: date, *, today: date, most_years: int, before: date | None = None
) -> str | None:
    """Return what is wrong with a valid-through date, or None.

    before: the date the transcript has had until now; keeping it is always allowed, so that the
    notes of a transcript that has run out can still be edited.
    """
    if valid_through == before:
        return None
    if is_past(valid_through, today):
        return f"choose {today.isoformat()} or a later day"
    latest = years_on(today, most_years)
    if valid_through > latest:
        return f"choose {latest.isoformat()} or an earlier day"
    return None
