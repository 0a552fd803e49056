"""Candidates as they are after some years: drawn at random, and the same each time."""

import json
from datetime import date, timedelta
from random import Random
from typing import Any

from services.certifications.domain import Fact
from services.certifications.facts import fact_of
from shared.programmes import Programme

FIRST, LAST = date(2016, 1, 1), date(2026, 11, 20)
# Of fifteen facts of the median candidate: results, credits, and an agreement.
PASSES, FAILS, CREDITS = 6, 3, 5

Row = tuple[str, str, str, dict[str, Any]]


class Careers:
    """Draws candidates of a programme.

    A candidate keeps to one track, as people do, and takes its exams and those of every track.
    """

    def __init__(self, programme: Programme, seed: int = 1) -> None:
        self._random = Random(seed)
        self._programme = programme
        tracks = [*programme.tracks] or [""]
        self._exams = {
            track: [e.code for e in programme.exams.values() if not e.tracks or track in e.tracks]
            for track in tracks
        }
        self._tracks = [track for track in tracks if len(self._exams[track]) > 2]

    def rows(self, count: int) -> list[Row]:
        """Return the facts of one candidate as rows: kind, key, day and data."""
        random = self._random
        exams = self._exams[random.choice(self._tracks)]
        rows: list[Row] = []
        for number in range(count):
            kind = number % (PASSES + FAILS + CREDITS + 1)
            day = self._day()
            key = f"{number:05}"
            if kind < PASSES + FAILS:
                data = {"exam": random.choice(exams), "registration": f"R{key}"}
                rows.append(("exam", key, day, data if kind < PASSES else data | {"grade": "fail"}))
            elif kind < PASSES + FAILS + CREDITS:
                rows.append(("credit", key, day, self._credit(number)))
            else:
                rows.append(("agreement", key, day, self._agreement()))
        return rows

    def facts(self, count: int) -> set[Fact]:
        """Return the facts of one candidate."""
        found = (
            fact_of(kind, key, date.fromisoformat(day), data)
            for kind, key, day, data in self.rows(count)
        )
        return {fact for fact in found if fact is not None}

    def _day(self) -> str:
        return str(FIRST + timedelta(days=self._random.randrange((LAST - FIRST).days)))

    def _credit(self, number: int) -> dict[str, Any]:
        return {
            "points": str(self._random.choice((5, 8, 10, 24, 40))),
            "title": f"Course {number}",
            "item": f"course-{self._random.randrange(200)}",
            "provider": "Academy",
        }

    def _agreement(self) -> dict[str, Any]:
        for agreement in self._programme.agreements.values():
            return {"agreement": agreement.id, "version": agreement.versions[-1].version}
        return {"agreement": "none", "version": "V1"}


def as_text(rows: list[Row]) -> str:
    """Return the facts of a candidate as the JSON text that a dry run sends to its workers."""
    return json.dumps(rows)
