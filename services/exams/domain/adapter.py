"""The port that every vendor's adapter keeps: foreign messages in, statements of ours out.

An adapter is a pure module. One that reads messages returns, for each thing a message says, a
`Statement` or a `Refusal`; one that reads files is a `Format` (`domain/format.py`). Either way
what comes out is the JSON value of an item, as our own API would have been sent it, so there is
one way in for everybody. Each adapter keeps its names in a tuple of `Field`s, which its page
under docs/feeds/ shows and a test compares.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from services.exams.domain.items import Fault

Known: TypeAlias = Literal["documented", "assumed"]
"""Whether the vendor's documents or public code name it so, or it is our assumption."""


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a mapping table: the vendor's name, ours, and how the vendor's is known.

    ours: empty for what is read over.
    """

    theirs: str
    ours: str
    known: Known
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a vendor says, as the JSON value of an item of ours.

    names: what the vendor calls each field, to name it back in an answer.
    """

    kind: Literal["results", "changes"]
    value: dict[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> str | None:
        """The registration number, to answer with."""
        number = self.value.get("registration_number")
        return number[:64] if isinstance(number, str) else None

    def foreign(self, fault: Fault) -> Fault:
        """A fault of the item under the name that the vendor knows."""
        return Fault(field=self.names.get(fault.field, fault.field), message=fault.message)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something said that is no statement, and why, field by field."""

    number: str | None
    faults: tuple[Fault, ...]


def found_at(message: Any, path: str) -> Any:
    """What stands at a dotted path of a message; None if nothing does."""
    for name in path.split("."):
        if not isinstance(message, Mapping):
            return None
        message = message.get(name)
    return message


class Finder:
    """Finds the fields of one part of a message, noting names and faults.

    message: the part; before: the path to it, for answers; fields: the table to look in, where
    the same field of ours may have several names, the first that is there being taken.
    """

    def __init__(self, message: Any, fields: Sequence[Field], before: str = "") -> None:
        self._message = message
        self._fields = fields
        self._before = before
        self.names: dict[str, str] = {}
        self.faults: list[Fault] = []

    def text(self, ours: str) -> str | None:
        """A field as text; a number is taken as it would be printed, an empty text as absent."""
        theirs = [one.theirs for one in self._fields if one.ours == ours]
        for path in theirs:
            given = found_at(self._message, path)
            if given is None or given == "":
                continue
            self.names[ours] = self._before + path
            if isinstance(given, str):
                return given.strip() or None
            if isinstance(given, int | float) and not isinstance(given, bool):
                number = Decimal(str(given))
                # 1e999 is JSON and read as infinity, which nobody scores.
                if number.is_finite():
                    return str(number)
            self.refuse(ours, "must be a text")
            return None
        self.names.setdefault(ours, self._before + theirs[0])
        return None

    def needed(self, ours: str) -> str | None:
        """A field that must be there."""
        faults = len(self.faults)
        found = self.text(ours)
        if found is None and len(self.faults) == faults:
            self.refuse(ours, "is required")
        return found

    def refuse(self, ours: str, message: str) -> None:
        """Note what is wrong with a field."""
        self.faults.append(Fault(field=self.names[ours], message=message))
