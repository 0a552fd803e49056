"""Statements over a set of rows, for what every batch does: the texts are put together once.

The kernel's statements (`shared/rows.py`) take rows of one table as mappings. These take columns,
which costs less for each row, and say in SQL of their own what else is done with them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json
from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncSession

# Joined with what is asked for, not compared with it: before a table is analysed, the planner takes
# one programme for a small part of it, and would read all of it.
_AMONG = {
    "postgresql": (
        "(programme, {column}) IN (SELECT CAST(:programme AS text), unnest(CAST(:ids AS text[])))"
    ),
    "sqlite": "programme = :programme AND {column} IN (SELECT value FROM json_each(:ids))",
}
DIALECTS = tuple(_AMONG)


def on_postgresql(session: AsyncSession) -> bool:
    """Tell which of the two databases a session is of."""
    return session.get_bind().dialect.name == "postgresql"


def ids_given(session: AsyncSession, ids: Sequence[str]) -> Sequence[str] | str:
    """Return ids as the parameter `ids` takes them."""
    return list(ids) if on_postgresql(session) else to_json(ids).decode()


def among(dialect: str, column: str = "candidate_id") -> str:
    """Return the condition that a column is one of `ids`, within `programme`."""
    return _AMONG[dialect].format(column=column)


class SetStatement:
    """A statement over rows that are given by columns.

    sql: with `{given}` where the rows stand, a table of the name `given`, and `{json}` for the type
    of a JSON document; columns: their names with their types on PostgreSQL (a JSON document is
    given as text).
    """

    def __init__(self, sql: str, columns: Mapping[str, str]) -> None:
        self.columns = tuple(columns)
        arrays = ", ".join(f"(SELECT CAST(:{name} AS {kind}[]))" for name, kind in columns.items())
        picks = ", ".join(
            f"json_extract(value, '$[{place}]') AS {name}"
            for place, name in enumerate(self.columns)
        )
        rows = {
            "postgresql": f"unnest({arrays}) AS given ({', '.join(self.columns)})",
            "sqlite": f"(SELECT {picks} FROM json_each(:given)) AS given",  # noqa: S608 - our names
        }
        kinds = {"postgresql": "jsonb", "sqlite": "text"}
        self._texts = {
            dialect: text(sql.replace("{given}", table).replace("{json}", kinds[dialect]))
            for dialect, table in rows.items()
        }

    async def run(
        self, session: AsyncSession, columns: Sequence[Sequence[Any]], **more: Any
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run it for rows given by columns; more: its other parameters."""
        if on_postgresql(session):
            given = dict(zip(self.columns, columns, strict=True))
            statement = self._texts["postgresql"]
        else:
            given = {"given": to_json(list(zip(*columns, strict=True))).decode()}
            statement = self._texts["sqlite"]
        result: CursorResult[*tuple[Any, ...]] = await session.execute(statement, given | more)  # type: ignore[assignment]  # a text that changes rows
        return result
