"""Rules of merges: why two candidates may be one person, and who stands for whom."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

State: TypeAlias = Literal["proposed", "dismissed", "merged", "undone"]
# Why two may be one person: a vendor names one with a testing id of the other; same name and
# address; a proven address, or a score report, of both; the candidate, or staff, say so.
Reason: TypeAlias = Literal[
    "testing_id",
    "name_and_email",
    "email",
    "score_report",
    "candidate",
    "staff",
]


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
