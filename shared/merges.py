"""Persons with several candidate ids: who was merged into whom, and how to read over the union.

Facts stay under the id that they came with. What a service reads or works out of them is that of
the person: of the survivor's id and of all that were merged into it. So merges and facts may come
in any order, and a separation takes nothing back but the merge. Identity names the final survivor
of each id (a chain is told again), so one look is enough.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic_core import to_json
from sqlalchemy import ColumnElement, MetaData, Table, and_, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.driver import fetch
from shared.events import CandidatesMerged, CandidatesSeparated
from shared.rows import glance, look_up, one_of, upsert
from shared.tables import kernel_tables

# Programme and candidate id.
Known: TypeAlias = tuple[str, str]

_metadata = MetaData()
kernel_tables(_metadata)
MERGES: Table = _metadata.tables["candidate_merges"]
_KEY = ("programme", "candidate_id")
_WANTED = {
    "postgresql": "SELECT unnest(CAST($1 AS text[])) AS programme, "
    "unnest(CAST($2 AS text[])) AS survivor",
    "sqlite": "SELECT json_extract(value, '$[0]') AS programme, "
    "json_extract(value, '$[1]') AS survivor FROM json_each(:rows)",
}
# Put together once, because every batch asks it, nearly always in vain. Joined, not IN: so that
# both databases go from the few asked for to the index.
_KIN = {
    dialect: (
        "SELECT m.programme, m.candidate_id, m.survivor "  # noqa: S608 - names of our own
        f"FROM ({wanted} UNION SELECT away.programme, away.survivor FROM ({wanted}) AS given "
        "JOIN candidate_merges AS away ON away.programme = given.programme "
        "AND away.candidate_id = given.survivor WHERE away.survivor IS NOT NULL) AS asked "
        "JOIN candidate_merges AS m "
        "ON m.programme = asked.programme AND m.survivor = asked.survivor"
    )
    for dialect, wanted in _WANTED.items()
}
_KIN_SQLITE = text(_KIN["sqlite"])


@dataclass(frozen=True)
class Kin:
    """Who is one person, among some candidates.

    survivors: of each id that was merged away; ids: all of each survivor that has several, the
    survivor's own first.
    """

    survivors: Mapping[Known, Known] = field(default_factory=dict)
    ids: Mapping[Known, tuple[Known, ...]] = field(default_factory=dict)

    def survivor(self, one: Known) -> Known:
        """Return under which id a person goes."""
        return self.survivors.get(one, one)

    def all_of(self, survivor: Known) -> tuple[Known, ...]:
        """Return every id of a person, the survivor's own first."""
        return self.ids.get(survivor, (survivor,))


async def keep_merges(
    session: AsyncSession, events: Sequence[CandidatesMerged | CandidatesSeparated]
) -> list[Known]:
    """Keep who was merged into whom, newest version wins; return whose row has changed."""
    newest: dict[Known, CandidatesMerged | CandidatesSeparated] = {}
    for event in events:
        one = event.programme, _named(event)
        if one not in newest or event.version > newest[one].version:
            newest[one] = event
    return await write_merges(
        session,
        [
            (one, event.into if isinstance(event, CandidatesMerged) else None, event.version)
            for one, event in newest.items()
        ],
    )


async def write_merges(
    session: AsyncSession, rows: Sequence[tuple[Known, str | None, int]]
) -> list[Known]:
    """Write survivors (None: the id stands for itself) and versions; return whose were new."""
    written = await upsert(
        session,
        MERGES,
        [
            {
                "programme": programme,
                "candidate_id": candidate_id,
                "survivor": survivor,
                "version": version,
            }
            # Sorted, so that two writers that meet on the same rows take them in one order.
            for (programme, candidate_id), survivor, version in sorted(rows, key=lambda row: row[0])
        ],
        key=("programme", "candidate_id"),
        update=("survivor", "version"),
        newer="version",
        returning=("programme", "candidate_id"),
    )
    return [(row["programme"], row["candidate_id"]) for row in written]


async def kin_of(session: AsyncSession, people: Iterable[Known]) -> Kin:
    """Return who is one person with any of these candidates: one statement for all."""
    wanted = set(people)
    if not wanted:
        return Kin()
    rows: Iterable[Any]
    if session.get_bind().dialect.name == "postgresql":
        rows = await fetch(session, _KIN["postgresql"], *zip(*wanted, strict=True))
    else:
        given = {"rows": to_json(list(wanted)).decode()}
        rows = await glance(session, _KIN_SQLITE, given)
    survivors: dict[Known, Known] = {}
    together: dict[Known, list[Known]] = defaultdict(list)
    for programme, candidate_id, survivor in rows:
        survivors[programme, candidate_id] = programme, survivor
        together[programme, survivor].append((programme, candidate_id))
    return Kin(survivors, {one: (one, *sorted(more)) for one, more in together.items()})


async def persons_of(session: AsyncSession, people: Iterable[Known]) -> dict[Known, Known]:
    """Return under which id each of these candidates goes, one statement for all."""
    wanted = list(people)
    rows = await look_up(
        session,
        MERGES,
        (*_KEY, "survivor"),
        key=_KEY,
        values=wanted,
        where="survivor IS NOT NULL",
    )
    away = {(programme, one): (programme, survivor) for programme, one, survivor in rows}
    return {one: away.get(one, one) for one in wanted}


async def ids_of(session: AsyncSession, programme: str, candidate_id: str) -> tuple[str, ...]:
    """Return every id of the person who has this one, the survivor's own first."""
    kin = await kin_of(session, [(programme, candidate_id)])
    survivor = kin.survivor((programme, candidate_id))
    return tuple(one for _, one in kin.all_of(survivor))


async def survivor_id(session: AsyncSession, programme: str, candidate_id: str) -> str:
    """Return under which id the person goes who has this one."""
    one = (programme, candidate_id)
    return (await persons_of(session, [one]))[one][1]


async def of_person(
    session: AsyncSession, model: Any, programme: str, candidate_id: str
) -> ColumnElement[bool]:
    """Return the condition that a row of a model is about the person who has this id."""
    ids = await ids_of(session, programme, candidate_id)
    return and_(model.programme == programme, one_of(session, model.candidate_id, ids))


def _named(event: Any) -> str:
    if event.candidate_id is None:
        raise ValueError("candidate_id: the event does not say who was merged or separated")
    return str(event.candidate_id)
