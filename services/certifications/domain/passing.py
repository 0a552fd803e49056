"""Which passes of a candidate count on a day."""

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections import Counter
from datetime import date
from typing import TypeAlias

from services.certifications.domain.facts import Cause, ExamPass
from services.certifications.domain.nodes import Node, Passes, Window
from services.certifications.domain.rule import Rules

Met: TypeAlias = tuple[Cause, ...] | None


class Passing(ABC):
    """Passes by the exam's present code, oldest first, each with its last day.

    `used` are the passes that counted where evidence counts once.
    """

    __slots__ = ("_refused", "passes", "rules", "used")

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.passes: dict[str, list[tuple[ExamPass, date]]] = {}
        self.used: set[ExamPass] = set()
        self._refused: dict[tuple[int, str], int] = {}

    @abstractmethod
    def met(self, node: Node, day: date, window: Window | None = None) -> Met:
        """What met a requirement on a day, or None; with a window, out of that window."""

    def met_by_passes(self, node: Passes, day: date, window: Window | None) -> Met:
        if len(node.exams) == 1:
            (exam,) = node.exams
            single = self.valid_pass(exam, node, day, window)
            return None if single is None else (*single[1], single[0])
        if node.within is not None and node.need > 1:
            return self._met_close_together(node, day, window)
        passes = self.passes
        # A class can hold a hundred exams and a candidate two passes, or the other way round.
        if len(node.exams) <= len(passes):
            exams = [exam for exam in node.exams if exam in passes]
        else:
            exams = [exam for exam in passes if exam in node.exams]
        if len(exams) < node.need:
            return None
        found: list[tuple[ExamPass, tuple[Cause, ...]]] = []
        for exam in exams:
            one = self.valid_pass(exam, node, day, window)
            if one is not None:
                found.append(one)
        if len(found) < node.need:
            return None
        if len(found) > 1:
            found.sort(key=lambda one: (one[0].day, one[0].exam))
        causes: tuple[Cause, ...] = ()
        for fact, given in found[-node.need :]:
            causes += (*given, fact)
        return causes

    def valid_pass(
        self, exam: str, node: Passes, day: date, window: Window | None
    ) -> tuple[ExamPass, tuple[Cause, ...]] | None:
        """The latest pass of an exam that counts on a day, with what had to be given on its day."""
        if exam not in self.passes:
            return None
        if node.given is not None:
            return self._given_pass(exam, node, node.given, day, window)
        after = None if window is None else window.after
        for fact, last in reversed(self.passes[exam]):
            if fact.day > day:
                continue
            if last < day or (after is not None and fact.day <= after):
                return None
            if not node.once or fact not in self.used:
                return fact, ()
        return None

    def _given_pass(
        self, exam: str, node: Passes, given: Node, day: date, window: Window | None
    ) -> tuple[ExamPass, tuple[Cause, ...]] | None:
        after = None if window is None else window.after
        passes = self.passes[exam]
        key = (id(node), exam)
        # What was not given on a day that is over will never have been: no need to ask again.
        first = self._refused.get(key, 0)
        for at in range(len(passes) - 1, first - 1, -1):
            fact, last = passes[at]
            if fact.day > day:
                continue
            if last < day or (after is not None and fact.day <= after):
                return None
            if node.once and fact in self.used:
                continue
            causes = self.met(given, fact.day)
            if causes is not None:
                return fact, causes
        self._refused[key] = bisect_left(passes, day, lo=first, key=lambda one: one[0].day)
        return None

    def _met_close_together(self, node: Passes, day: date, window: Window | None) -> Met:
        """The latest passes of different exams that lie within a period."""
        after = None if window is None else window.after
        valid = sorted(
            (fact.day, exam, fact)
            for exam in node.exams & self.passes.keys()
            for fact, last in self.passes[exam]
            if fact.day <= day <= last
            and (after is None or fact.day > after)
            and not (node.once and fact in self.used)
            and (node.given is None or self.met(node.given, fact.day) is not None)
        )
        first = 0
        exams: Counter[str] = Counter()
        best: tuple[int, int] | None = None
        for at, (on, exam, _) in enumerate(valid):
            exams[exam] += 1
            while node.within is not None and node.within.after(valid[first][0]) < on:
                exams[valid[first][1]] -= 1
                exams += Counter()
                first += 1
            if len(exams) >= node.need:
                best = first, at
        if best is None:
            return None
        latest = {exam: fact for _, exam, fact in valid[best[0] : best[1] + 1]}
        chosen = sorted(latest.items(), key=lambda one: (one[1].day, one[0]))[-node.need :]
        causes: tuple[Cause, ...] = ()
        for _, fact in chosen:
            given = () if node.given is None else self.met(node.given, fact.day) or ()
            causes += (*given, fact)
        return causes
