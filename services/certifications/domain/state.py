"""What a candidate holds on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from services.certifications.domain.facts import Cause

Status: TypeAlias = Literal["active", "expired", "not_earned"]
CycleKind: TypeAlias = Literal["earned", "renewed", "extended"]


@dataclass(frozen=True, slots=True)
class Cycle:
    """One term of a certification: from the day its requirement was met to its last day.

    `started_on` is the day the unbroken holding began, `extended_by` the certification whose
    award or renewal carried this one along, `rule` and `policy` what the programme's files call
    the rule and the version that governed.
    """

    certification: str
    ordinal: int
    kind: CycleKind
    started_on: date
    active_on: date
    expires_on: date | None
    causes: tuple[Cause, ...]
    rule: str
    policy: str
    extended_by: str | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the term; its last day does."""
        return self.active_on <= day and (self.expires_on is None or day <= self.expires_on)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one certification stands on the day that was asked about."""

    certification: str
    status: Status
    number: str | None
    cycles: tuple[Cycle, ...]

    @property
    def cycle(self) -> Cycle | None:
        """The latest term."""
        return self.cycles[-1] if self.cycles else None

    @property
    def started_on(self) -> date | None:
        """The day the latest unbroken holding began."""
        return self.cycles[-1].started_on if self.cycles else None

    @property
    def active_on(self) -> date | None:
        """The first day of the latest term."""
        return self.cycles[-1].active_on if self.cycles else None

    @property
    def expires_on(self) -> date | None:
        """The last day of the latest term; None: not earned, or for a lifetime."""
        return self.cycles[-1].expires_on if self.cycles else None


@dataclass(frozen=True, slots=True)
class State:
    """Everything a set of facts gives on one day."""

    as_of: date
    standings: dict[str, Standing]
    numbers_needed: frozenset[str]

    def __getitem__(self, certification: str) -> Standing:
        """The standing of any certification; one that was never earned is not_earned."""
        return self.standings.get(certification) or Standing(certification, "not_earned", None, ())
