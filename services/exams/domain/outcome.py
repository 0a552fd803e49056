"""What became of an item: its own answer, whatever happened to its neighbours."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from services.exams.domain.items import Fault


@dataclass(frozen=True, slots=True)
class Outcome:
    """Accepted, a duplicate that changed nothing, or rejected with its faults."""

    index: int
    registration_number: str | None
    outcome: Literal["accepted", "duplicate", "rejected"]
    state: str | None = None
    faults: tuple[Fault, ...] = ()
    conflict: bool = False

    def answer(self) -> dict[str, Any]:
        """The outcome as the API says it."""
        return {
            "index": self.index,
            "registration_number": self.registration_number,
            "outcome": self.outcome,
            "state": self.state,
            "errors": [{"field": fault.field, "message": fault.message} for fault in self.faults],
        }


def rejected(index: int, number: str | None, *faults: Fault) -> Outcome:
    """The outcome of an item that cannot be taken."""
    return Outcome(index, number, "rejected", faults=faults)


def summary(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many items were accepted, duplicates and rejected."""
    counted = Counter(outcome.outcome for outcome in outcomes)
    return {
        "accepted": counted["accepted"],
        "duplicates": counted["duplicate"],
        "rejected": counted["rejected"],
    }
