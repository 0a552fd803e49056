"""The rule engine by itself, on one core."""

import json
import time
from collections.abc import Callable
from statistics import median
from typing import TypeVar

from benchmarks.careers import LAST, Careers, as_text
from benchmarks.figures import Figure, figure
from deploy.local.processes import REPOSITORY
from services.certifications.domain import evaluate
from shared.programmes import Programme

RUNS = 5
PEOPLE = 2_000
FACTS = 15
GROWING = (15, 60, 250, 1_000)
Case = TypeVar("Case")


async def evaluations() -> list[Figure]:
    """Measure evaluations per second, and what a fact costs where there are a thousand of them."""
    cisco = Programme.load(REPOSITORY / "programmes" / "cisco")
    careers = Careers(cisco)
    rows = [careers.rows(FACTS) for _ in range(PEOPLE)]
    people = [careers.facts(FACTS) for _ in range(PEOPLE)]
    evaluate(cisco, people[0], LAST)  # compiles the programme
    rates = [PEOPLE / _seconds(lambda one: evaluate(cisco, one, LAST), people) for _ in range(RUNS)]
    texts = [as_text(one) for one in rows]
    parsed = [PEOPLE / _seconds(json.loads, texts) for _ in range(RUNS)]
    return [
        figure(
            "evaluations",
            rates,
            "evaluations/s",
            yardstick=parsed,
            note=f"one core, {FACTS} facts, the whole Cisco programme; beside JSON parsing of them",
        ),
        _growth(cisco, careers),
    ]


def _growth(cisco: Programme, careers: Careers) -> Figure:
    """What one fact costs with many facts, against what it costs the median candidate."""
    costs: dict[int, list[float]] = {}
    for count in GROWING:
        people = [careers.facts(count) for _ in range(max(20, 6_000 // count))]
        costs[count] = [
            _seconds(lambda one: evaluate(cisco, one, LAST), people) / len(people) / count
            for _ in range(RUNS)
        ]
    few = median(costs[GROWING[0]])
    steps = ", ".join(f"{count}: {median(costs[count]) / few:.2f}" for count in GROWING)
    return figure(
        "evaluations_growth",
        [one / few for one in costs[GROWING[-1]]],
        "times",
        yardstick=[one / few for one in costs[GROWING[0]]],
        note=f"cost of a fact among {GROWING[-1]:,}, against among {GROWING[0]} ({steps})",
    )


def _seconds(work: Callable[[Case], object], cases: list[Case]) -> float:
    """Processor time, because nothing here waits for anything."""
    started = time.process_time()
    for case in cases:
        work(case)
    return time.process_time() - started
