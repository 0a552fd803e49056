"""Traces: by what a person is still found where a table has no column for whom a row is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

Pair = tuple[str, str]
_NAMES = ("candidate_id", "named_candidate_id", "subject", "into", "survivor")


@dataclass
class Traces:
    """What is written where about a person.

    ids: candidate ids; testing_ids, numbers: a vendor and its testing id or registration number;
    files: keys of the storage.
    """

    ids: set[str] = field(default_factory=set)
    testing_ids: set[Pair] = field(default_factory=set)
    numbers: set[Pair] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    def __or__(self, other: "Traces") -> "Traces":
        return Traces(
            self.ids | other.ids,
            self.testing_ids | other.testing_ids,
            self.numbers | other.numbers,
            self.files | other.files,
        )

    @property
    def needles(self) -> list[str]:
        """Texts of which one stands in whatever is about the person."""
        pairs = {number for _, number in self.testing_ids | self.numbers}
        return sorted(self.ids | pairs)

    def about(self, said: Any) -> bool:
        """Tell whether what is said, as it was read from JSON, is about the person."""
        if not isinstance(said, Mapping):
            return False
        if any(said.get(name) in self.ids for name in _NAMES if isinstance(said.get(name), str)):
            return True
        vendor = said.get("vendor")
        return (vendor, said.get("testing_id")) in self.testing_ids or (
            vendor,
            said.get("registration_number"),
        ) in self.numbers

    def written(self) -> dict[str, Any]:
        """As JSON keeps them."""
        return {
            "ids": sorted(self.ids),
            "testing_ids": sorted(map(list, self.testing_ids)),
            "numbers": sorted(map(list, self.numbers)),
            "files": sorted(self.files),
        }


def read(written: Mapping[str, Any] | None) -> Traces:
    """Return traces as they were kept."""
    kept = written or {}
    return Traces(
        set(kept.get("ids", ())),
        {(one[0], one[1]) for one in kept.get("testing_ids", ())},
        {(one[0], one[1]) for one in kept.get("numbers", ())},
        set(kept.get("files", ())),
    )


def apart(body: bytes, traces: Traces) -> tuple[list[Any], list[Any]]:
    """Return the events of a message body that are about a person, and the others.

    What cannot be read as a list of events is one event, about whoever is named in it.
    """
    try:
        events = from_json(body)
    except ValueError:
        return [body.decode("utf-8", "replace")], []
    if not isinstance(events, list):
        return [events], []
    theirs: list[Any] = []
    others: list[Any] = []
    for one in events:
        data = one.get("data") if isinstance(one, dict) else None
        about = traces.about(one) or traces.about(data)
        (theirs if about else others).append(one)
    return theirs, others


def union(several: Iterable[Traces]) -> Traces:
    """Return all traces of several persons together."""
    found = Traces()
    for one in several:
        found |= one
    return found
