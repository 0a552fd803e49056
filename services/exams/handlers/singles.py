"""Items that are posted one at a time: those that arrive together share one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.exams.domain.outcome import Outcome, summary
from services.exams.handlers.calls import Along, record
from services.exams.handlers.entries import Entry, Store
from shared.context import ServiceContext
from shared.gather import Gather


@dataclass(frozen=True, slots=True)
class Single:
    """One item, and what makes the record of the call it came in, if that is written with it.

    An item that is rejected is not answered well; its call is put on record by itself.
    """

    entry: Entry[Any]
    along: Along | None = None


def gather(here: ServiceContext, store: Store[Any]) -> Gather[Single, Outcome]:
    """Take in single items of one kind, each answered after the commit that it shares."""

    async def run(singles: Sequence[Single]) -> list[Outcome]:
        async with here.database.transaction() as session:
            outcomes = await store(session, [one.entry for one in singles])
            await record(
                session,
                [
                    one.along(summary([outcome]))
                    for one, outcome in zip(singles, outcomes, strict=True)
                    if one.along is not None and outcome.outcome != "rejected"
                ],
            )
            return outcomes

    return Gather(run)
