"""Rules of transcripts: what a holding is on a day, and until when a transcript may be shown."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from shared.clock import years_on

Status: TypeAlias = Literal[
    "active",
    "lifetime",
    "in_grace",
    "suspended",
    "expired",
    "revoked",
    "emeritus",
    "replaced",
]
# The facts no longer support it: as if it had never been earned, so nobody is shown it.
WITHDRAWN = "withdrawn"
# What the clock ends by itself; everything else stands until an event says otherwise.
_RUNNING = ("active", "lifetime", "emeritus")


@dataclass(frozen=True, slots=True)
class Validity:
    """What is known about how a certification stands.

    status: as certifications last said it; grace_until: the last day of its grace;
    version: of the event that gave status and dates; expired_version: of the one that ended them.
    """

    status: str
    expires_on: date | None
    grace_until: date | None
    version: int
    expired_version: int

    def status_on(self, day: date) -> str:
        """Return the status on a day; the last day itself is still a valid day."""
        if self.expired_version > self.version:
            return "expired"
        if self.status in _RUNNING and self.expires_on is not None and self.expires_on < day:
            return "expired"
        if self.grace_until is not None and self.grace_until < day:
            return "expired"
        return self.status


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
