"""Rules of merges: why two candidates may be one person, and who stands for whom."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

State: TypeAlias = Literal["proposed", "dismissed", "merged", "undone"]
Reason: TypeAlias = Literal[
    "testing_id",
    "name_and_email",
    "email",
    "score_report",
    "candidate",
    "staff",
]
# The words for people who have to decide.
REASONS: Mapping[str, str] = {
    "testing_id": "A registration names one of them with a testing id of the other.",
    "name_and_email": "Both have the same name and the same e-mail address.",
    "email": "Somebody has proven to read an address that belongs to both.",
    "score_report": "A score report of one was shown by somebody who signs in as the other.",
    "candidate": "The candidate says that both accounts are theirs.",
    "staff": "Staff have named them.",
}


def pair(one: str, other: str) -> tuple[str, str]:
    """Return two candidate ids in the order in which they are kept."""
    return (one, other) if one < other else (other, one)


def standings(ids: Iterable[str], merged: Mapping[str, str]) -> dict[str, str]:
    """Return under which id each of some candidates goes.

    merged: of each id that was merged away, into which: of all merges in force.
    """
    found = {}
    for one in ids:
        at = one
        # Only who stands for themselves is ever merged away, so this comes to an end.
        while at in merged:
            at = merged[at]
        found[one] = at
    return found
