"""By which id a fact goes: its own, or of a result the registration number that people know.

Two vendors may give one candidate the same number; then each of these results goes by its own id.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypeAlias

from services.certifications.domain import Fact
from services.certifications.domain.facts import AssignedNumber, Attempt, Voided
from services.certifications.errors import UnusableAction
from services.certifications.fact_texts import fact_text
from services.certifications.facts import EXAM, Written, fact_of
from shared.errors import FieldError
from shared.programmes import Programme

Read: TypeAlias = tuple[Written, Fact]


def facts_in(rows: Iterable[Written]) -> list[tuple[date, Fact]]:
    """Return the facts that the rows of one candidate hold, each with its day and an id of its own.

    A void that names its result holds for that one, whoever else has the number. One of an older
    version of this service names the number alone, and holds for every result that has it, as it
    did then.
    """
    read: list[Read] = []
    for row in rows:
        fact = fact_of(*row)
        if fact is not None:
            read.append((row, fact))
    ids = [fact.id for _, fact in read if not isinstance(fact, AssignedNumber)]
    if len(set(ids)) < len(ids):
        return list(_told_apart(read, Counter(ids)))
    return [(row.occurred_on, fact) for row, fact in read]


def _told_apart(read: Sequence[Read], counts: Counter[str]) -> Iterator[tuple[date, Fact]]:
    own: dict[str, list[str]] = defaultdict(list)
    for row, fact in read:
        if isinstance(fact, Attempt) and counts[fact.id] > 1:
            own[fact.id].append(row.key)
    for row, fact in read:
        match fact:
            case _ if isinstance(fact, Attempt) and fact.id in own:
                yield row.occurred_on, replace(fact, id=row.key)
            case Voided() if fact.fact in own:
                result = row.data.get("result")
                for one in own[fact.fact] if result is None else [result]:
                    yield row.occurred_on, replace(fact, fact=one)
            case _:
                yield row.occurred_on, fact


class ResultMeant(NamedTuple):
    """A result that staff name: its id, its number, and which of the two it goes by."""

    id: str
    number: str
    goes_by: str


def result_meant(programme: Programme, rows: Sequence[Written], said: str) -> ResultMeant | None:
    """Return the result that staff name, by its id or its number; None: they name none.

    Raises UnusableAction with the choices for a number that several results have.
    """
    results = [row for row in rows if row.kind == EXAM]
    by_id = [row for row in results if row.key == said]
    meant = by_id or [row for row in results if _number(row) == said]
    if not meant:
        return None
    if len(meant) > 1:
        choices = "; ".join(sorted(f"{row.key} ({_text(programme, row)})" for row in meant))
        message = f"{len(meant)} results have the number {said!r}: give the id of one: {choices}"
        raise UnusableAction(
            "Something in the action is not right.",
            errors=[FieldError(field="fact", message=message)],
        )
    (row,) = meant
    number = _number(row)
    alone = sum(number == (_number(one) if one.kind == EXAM else one.key) for one in rows) == 1
    return ResultMeant(row.key, number, number if alone else row.key)


def _number(row: Written) -> str:
    number: str = row.data["registration"]
    return number


def _text(programme: Programme, row: Written) -> str:
    fact = fact_of(*row)
    return "" if fact is None else f"{fact_text(programme, fact)}, {row.occurred_on.isoformat()}"
