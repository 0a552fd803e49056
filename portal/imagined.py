"""What a candidate imagines: exams passed and credits earned, as filled into the what-if form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from starlette.datastructures import QueryParams

from portal.gateway import ApiProblem

MOST_ROWS = 8
SPARE_ROWS = 2
MOST_POINTS = 10_000
PLACE = re.compile(r"(exams|credits)[.\[]+(\d+)")


@dataclass
class Line:
    """One row of the form; `what` is an exam's code or a number of points."""

    what: str = ""
    day: str = ""
    wrong: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was filled in that means something."""
        return not self.what


@dataclass
class Imagined:
    """The rows of the form, filled and spare ones."""

    exams: list[Line] = field(default_factory=list)
    credits: list[Line] = field(default_factory=list)
    on: str = ""
    wrong_on: str = ""

    @classmethod
    def read(cls, query: QueryParams, today: date) -> Self:
        """Read the form from the page's query; a row without a day means today."""
        more = query.getlist("more")
        exams = [
            Line(what.strip()[:40], day or today.isoformat())
            for what, day in _pairs(query, "exam", "exam_day")
        ]
        earned = [
            Line(what.strip()[:12], day or today.isoformat())
            for what, day in _pairs(query, "points", "credits_day")
        ]
        found = cls(
            [line for line in exams if not line.empty][:MOST_ROWS],
            [line for line in earned if not line.empty][:MOST_ROWS],
            query.get("on", ""),
        )
        found.exams += _spare(len(found.exams), wanted="exam" in more)
        found.credits += _spare(len(found.credits), wanted="credits" in more)
        found._check()
        return found

    @property
    def filled(self) -> bool:
        """Whether there is anything to imagine."""
        return any(not line.empty for line in (*self.exams, *self.credits))

    @property
    def wrong(self) -> bool:
        """Whether a row cannot be understood."""
        return bool(self.wrong_on) or any(line.wrong for line in (*self.exams, *self.credits))

    def body(self) -> dict[str, Any]:
        """Return what the API is asked."""
        body: dict[str, Any] = {
            "exams": [{"exam": one.what, "day": one.day} for one in self.exams if not one.empty],
            "credits": [
                {"points": one.what, "day": one.day} for one in self.credits if not one.empty
            ],
        }
        return body | ({"on": self.on} if self.on else {})

    def blame(self, problem: ApiProblem) -> list[str]:
        """Put what the API refused to its rows; return what belongs to none."""
        elsewhere = []
        for error in problem.errors:
            where = str(error.get("field", ""))
            if where.rsplit(".", 1)[-1] == "on":
                self.wrong_on = str(error.get("message", ""))
                continue
            place = PLACE.search(where)
            rows = {"exams": self.exams, "credits": self.credits}[place[1]] if place else []
            if place and int(place[2]) < len(rows):
                rows[int(place[2])].wrong = str(error.get("message", ""))
            else:
                elsewhere.append(str(error.get("message", "")))
        return elsewhere or ([] if problem.errors else [problem.detail])

    def _check(self) -> None:
        if self.on and not _is_day(self.on):
            self.wrong_on = "day"
        for line in (*self.exams, *self.credits):
            if not line.empty and not _is_day(line.day):
                line.wrong = "day"
        for line in self.credits:
            if not line.empty and not _is_amount(line.what):
                line.wrong = "points"


def _pairs(query: QueryParams, one: str, other: str) -> list[tuple[str, str]]:
    days: Sequence[str] = [*query.getlist(other), *[""] * MOST_ROWS]
    return list(zip(query.getlist(one), days, strict=False))


def _spare(filled: int, *, wanted: bool) -> list[Line]:
    spare = max(SPARE_ROWS - filled, 1) if not wanted else SPARE_ROWS
    return [Line() for _ in range(min(spare, MOST_ROWS - filled))]


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_amount(value: str) -> bool:
    try:
        return 0 < Decimal(value) <= MOST_POINTS
    except InvalidOperation:
        return False
