"""The figures of dashboards about results as they come in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from services.exams.domain.outcome import Outcome
from services.exams.handlers.entries import Entry
from services.exams.handlers.lives import Row
from shared import metrics
from shared.context import ServiceContext


def measure(
    here: ServiceContext,
    entries: Sequence[Entry[Any]],
    outcomes: Mapping[int, Outcome],
    stored: Sequence[Row],
) -> None:
    """Count what became of results, and how late the new ones are.

    A transaction that is tried again counts again: a figure for dashboards, not a record.
    """
    counted = Counter(
        (entries[place].item.programme, outcome.outcome) for place, outcome in outcomes.items()
    )
    for (programme, outcome), number in counted.items():
        known = programme if programme in here.programmes else "unknown"
        metrics.RESULTS.labels(here.name, known, outcome).inc(number)
    late = {
        vendor: metrics.EXAM_TO_ARRIVAL.labels(here.name, vendor)
        for vendor in {row["vendor"] for row in stored}
    }
    for row in stored:
        late[row["vendor"]].observe((row["received_at"].date() - row["exam_date"]).days)
