"""Whom something that waits may concern: by which slips and coincidences, and how likely."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

CandidateKey: TypeAlias = tuple[str, str]
"""Programme and candidate id."""

WEIGHTS = {"booked": 8, "testing_id": 4, "candidate_id": 2, "last_name": 1}
"""What each coincidence says; one outweighs all that come after it."""
MOST = 5
_DIGITS = "0123456789"


def close_ids(named: str, prefix: str) -> dict[str, str]:
    """Ids that a named one may have been meant to be, each with the slip in words.

    prefix: how the programme's ids begin; what comes after it are digits.
    """
    meant = {}
    upper = named.upper()
    if upper != named:
        meant[upper] = "has the same id in other letters"
    digits = "".join(character for character in upper if character in _DIGITS)
    if digits and prefix + digits not in (named, upper):
        meant[prefix + digits] = f"has the same digits after {prefix}"
    for close in _one_off(digits):
        meant.setdefault(prefix + close, "has an id that differs by one digit")
    meant.pop(named, None)
    return meant


def _one_off(digits: str) -> Iterable[str]:
    for place in range(len(digits)):
        before, after = digits[:place], digits[place + 1 :]
        yield before + after
        for digit in _DIGITS:
            yield before + digit + after
            yield before + digit + digits[place:]
        if after:
            yield before + after[0] + digits[place] + after[1:]
    for digit in _DIGITS:
        yield digits + digit


class Suggestions:
    """Candidates for each of some rows that wait, with the reasons."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._programmes: dict[UUID, str] = {row["id"]: row["programme"] for row in rows}
        self._found: dict[UUID, dict[str, dict[str, str]]] = {row["id"]: {} for row in rows}

    def add(self, row: Mapping[str, Any], candidate_id: str, kind: str, reason: str) -> None:
        """Note why a row may concern a candidate; kind: a key of `WEIGHTS`."""
        self._found[row["id"]].setdefault(candidate_id, {})[kind] = reason

    def candidates(self) -> set[CandidateKey]:
        """Everybody who was suggested for something."""
        return {
            (self._programmes[row_id], candidate_id)
            for row_id, found in self._found.items()
            for candidate_id in found
        }

    def ranked(self, people: Mapping[CandidateKey, Any]) -> dict[UUID, list[dict[str, Any]]]:
        """The suggestions for each row, the likeliest first.

        people: the candidates by programme and id, with their names.
        """
        return {
            row_id: [
                {
                    "candidate_id": candidate_id,
                    "given_name": person.given_name,
                    "family_name": person.family_name,
                    "reasons": [reasons[kind] for kind in WEIGHTS if kind in reasons],
                }
                for candidate_id, reasons in sorted(
                    found.items(),
                    key=lambda one: (-sum(WEIGHTS[kind] for kind in one[1]), one[0]),
                )
                if (person := people.get((self._programmes[row_id], candidate_id))) is not None
            ][:MOST]
            for row_id, found in self._found.items()
        }
