"""What a candidate holds on a day."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from services.certifications.domain.facts import Cause

Status: TypeAlias = Literal[
    "active",
    "lifetime",
    "in_grace",
    "suspended",
    "expired",
    "revoked",
    "emeritus",
    "replaced",
    "not_earned",
]
# earned, renewed: by requirement; extended: carried along by another; granted, prolonged: by
# staff; lengthened: by a new policy; migrated: from the certification it succeeds.
CycleKind: TypeAlias = Literal[
    "earned", "renewed", "extended", "granted", "prolonged", "lengthened", "migrated", "emeritus"
]
# In these a holder may use the title and download the certificate.
HOLDING: frozenset[Status] = frozenset(("active", "lifetime"))


class Cycle(NamedTuple):
    """One term of a certification: from the day its requirement was met to its last day.

    `started_on` is the day the unbroken holding began, `extended_by` the certification whose
    award or renewal carried this one along, `rule` and `policy` what the programme's files call
    the rule and the version that governed, `overrides` the one-off overrides that moved its
    last day. Under a fixed cycle `active_on` may lie after the day the renewal was met.
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
    met_on: date | None = None
    overrides: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the term; its last day does."""
        return self.active_on <= day and (self.expires_on is None or day <= self.expires_on)


class Standing(NamedTuple):
    """How one certification stands on the day that was asked about.

    `grace_until` is the last day of grace while it is in grace; `since` the first day of a
    suspension or revocation, and `because` the reason that staff gave.
    """

    certification: str
    status: Status
    number: str | None
    cycles: tuple[Cycle, ...]
    grace_until: date | None = None
    since: date | None = None
    because: str | None = None

    @property
    def holding(self) -> bool:
        """Whether it is active, for a term or for a lifetime."""
        return self.status in HOLDING

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
class Achievement:
    """So many years of holding; `intervals` are the days that were counted, first to last."""

    id: str
    reached_on: date
    intervals: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class State:
    """Everything a set of facts gives on one day.

    `changes_on` is the next day after `as_of` on which time alone changes something: the day
    after a last day or after a grace, the first day of a term that does not follow the one before
    without a gap, a day of the programme's own, an achievement; None: never. A secured term that
    follows without a gap changes nothing: neither when it begins nor when the one before ends.
    """

    as_of: date
    standings: dict[str, Standing]
    numbers_needed: frozenset[str]
    achievements: tuple[Achievement, ...] = field(default=())
    changes_on: date | None = None

    def __getitem__(self, certification: str) -> Standing:
        """The standing of any certification; one that was never earned is not_earned."""
        return self.standings.get(certification) or Standing(certification, "not_earned", None, ())
