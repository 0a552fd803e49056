"""From raw JSON values to items: all at once, and the bad ones apart with their faults."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from services.exams.domain.credits import CreditItem
from services.exams.domain.items import (
    ChangeItem,
    Fault,
    RegistrationItem,
    ResultItem,
    Stated,
    plain_fault,
)

I = TypeVar("I", bound=Stated)  # noqa: E741 - an item


class Reader(Generic[I]):
    """Reads items of one kind: from bytes in one call when all are good, else one by one."""

    def __init__(self, item: type[I]) -> None:
        self._list: TypeAdapter[list[I]] = TypeAdapter(
            list[item]  # type: ignore[valid-type]  # the class is a value, which mypy cannot follow
        )
        self._keyed: TypeAdapter[dict[str, list[I]]] = TypeAdapter(
            dict[str, list[item]]  # type: ignore[valid-type]  # as above
        )

    def read_at_once(self, body: bytes, key: str) -> list[I] | None:
        """Read {key: [items]} from bytes in one call; None if that is not all there is to it."""
        if f'"{key}"'.encode() not in body[:64]:
            return None
        try:
            return self._keyed.validate_json(body).get(key)
        except ValidationError:
            return None

    def read(self, raw: Sequence[Any]) -> list[I | list[Fault]]:
        """Read each value as an item, or say why it is none; the order is kept."""
        try:
            return list(self._list.validate_json(to_json(raw)))
        except ValidationError as invalid:
            faults = _by_place(invalid)
        good = [value for place, value in enumerate(raw) if place not in faults]
        items = iter(self._list.validate_json(to_json(good)))
        return [faults[place] if place in faults else next(items) for place in range(len(raw))]


def _by_place(invalid: ValidationError) -> dict[int, list[Fault]]:
    faults: dict[int, list[Fault]] = {}
    for error in invalid.errors(include_url=False, include_input=False, include_context=False):
        if not error["loc"]:
            # One value alone stands a level deeper in our list than in the body that it came in.
            return {0: [Fault(field="item", message="is nested too deeply")]}
        place, *location = error["loc"]
        found = plain_fault(error["type"], tuple(location), error["msg"])
        faults.setdefault(int(place), []).append(found)
    return faults


RESULTS = Reader(ResultItem)
REGISTRATIONS = Reader(RegistrationItem)
CHANGES = Reader(ChangeItem)
CREDITS = Reader(CreditItem)


def named_number(raw: Any) -> str | None:
    """The registration number that an unreadable item names, to answer with, if it has one."""
    number = raw.get("registration_number") if isinstance(raw, Mapping) else None
    return number[:64] if isinstance(number, str) else None
