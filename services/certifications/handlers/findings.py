"""What a review of some candidates came to, before any of it is written."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from services.certifications.domain import Standing
from services.certifications.domain.state import Achievement
from services.certifications.queries import Person, Recorded
from services.certifications.reminders import Reminder
from shared.events import Event


class Change(NamedTuple):
    """A certification whose state differs from what was published, and which event tells it.

    quiet: to the person it is no news; decided_at: when somebody decided what it follows from.
    """

    person: Person
    standing: Standing
    before: Recorded | None
    news: type[Event]
    today: date
    quiet: bool = False
    decided_at: datetime | None = None


class Reminded(NamedTuple):
    """A certification, as it was published, whose holder is reminded of the last day."""

    row: Recorded
    reminder: Reminder
    today: date


@dataclass
class Findings:
    """What a review of some candidates came to; decided: of whom somebody decided, and when."""

    decided: Mapping[Person, datetime] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    lost: list[Recorded] = field(default_factory=list)
    reminded: list[Reminded] = field(default_factory=list)
    reached: list[tuple[Person, Achievement]] = field(default_factory=list)
    quiet: set[Person] = field(default_factory=set)
    # By programme and the day on which it was looked; each with when to look again (None: never).
    due: dict[tuple[str, date], list[tuple[str, date | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
