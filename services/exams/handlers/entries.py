"""What is to be taken in: items with whoever says them, and what each must satisfy first."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import Fault, Stated
from services.exams.domain.life import stamp_fault
from services.exams.domain.outcome import Outcome
from shared.clock import today
from shared.context import ServiceContext

I = TypeVar("I", bound=Stated)  # noqa: E741 - an item
Key: TypeAlias = tuple[str, str, str]
"""Programme, vendor and the vendor's number."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it: a vendor, or staff (no vendor) whose rows name one; and for which programmes.

    client: the API client or the member of staff; channel: how it came (`api`, `upload`, `inbox`,
    `pearson-notifications`, ...); file: the name of the file it came in.
    """

    vendor: str | None
    programmes: frozenset[str]
    client: str = ""
    channel: str = "api"
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Entry(Generic[I]):
    """One item to take in, its place among those sent along with it, and where it is from."""

    index: int
    item: I
    source: Source

    @property
    def vendor(self) -> str:
        """The vendor whose word this is; known once the entry has passed the checks."""
        return self.source.vendor or self.item.vendor or ""

    @property
    def key(self) -> Key:
        """The natural key."""
        return self.item.programme, self.vendor, self.item.number


Store: TypeAlias = Callable[[AsyncSession, Sequence[Entry[I]]], Awaitable[list[Outcome]]]
"""Takes in items of one kind, and returns an outcome for each in order."""


class Checks:
    """What an item must satisfy before it is looked at any further."""

    def __init__(self, here: ServiceContext) -> None:
        self._here = here
        self._days: dict[str, tuple[date, str]] = {}

    def faults(
        self,
        entry: Entry[Any],
        fault: Callable[[Any, date, str], Fault | None],
        *,
        identity: bool = True,
    ) -> list[Fault]:
        """Why the entry cannot be taken, field by field; empty if it can.

        fault: what this kind of item must satisfy, given the programme's today and time zone;
        identity: whether it must say whom it is about.
        """
        item, source = entry.item, entry.source
        found = self._vendor_faults(item, source)
        if identity and item.testing_id is None and item.candidate_id is None:
            found.append(
                Fault(field="testing_id", message="testing_id or candidate_id is required")
            )
        programmes = self._here.programmes
        if item.programme not in programmes:
            found.append(Fault(field="programme", message=f"unknown programme {item.programme!r}"))
            return found
        if item.programme not in source.programmes:
            found.append(
                Fault(field="programme", message=f"not allowed to post for {item.programme!r}")
            )
            return found
        code = getattr(item, "exam_code", None)
        if code is not None and code not in programmes[item.programme].exams:
            message = f"unknown exam {code!r} in programme {item.programme!r}"
            found.append(Fault(field="exam_code", message=message))
        if wrong := fault(item, *self._today(item.programme)):
            found.append(wrong)
        if item.stated_at is not None and (
            late := stamp_fault(item.stated_at, self._here.clock.now())
        ):
            found.append(late)
        return found

    def _vendor_faults(self, item: Stated, source: Source) -> list[Fault]:
        if source.vendor is not None:
            if item.vendor in (None, source.vendor):
                return []
            return [Fault(field="vendor", message=f"must be {source.vendor!r} or left out")]
        if item.vendor is None:
            return [Fault(field="vendor", message="is required")]
        programme = self._here.programmes.get(item.programme)
        if item.vendor in self._here.settings.vendors or (
            programme is not None and item.vendor in programme.vendors
        ):
            return []
        return [Fault(field="vendor", message=f"unknown vendor {item.vendor!r}")]

    def _today(self, programme: str) -> tuple[date, str]:
        if programme not in self._days:
            timezone = self._here.programmes[programme].timezone
            self._days[programme] = today(self._here.clock, timezone), timezone
        return self._days[programme]
