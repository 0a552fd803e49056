"""Statements over a set of rows, for what every batch does: the texts are put together once.

The kernel's statements (`shared/rows.py`) take rows of one table as mappings. These take columns,
which costs less for each row, and say in SQL of their own what else is done with them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json
from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncSession

# Asked for in a query of its own, so that PostgreSQL does not plan with the number of ids: it
# would rather read a whole table of some ten thousand rows than look up five hundred. As rows and
# not as an array, which it may compare with each row of a programme, element by element.
_AMONG = {
    "postgresql": "IN (SELECT unnest((SELECT CAST(:ids AS text[]))))",
    "sqlite": "IN (SELECT value FROM json_each(:ids))",
}


def on_postgresql(session: AsyncSession) -> bool:
    """Tell which of the two databases a session is of."""
    return session.get_bind().dialect.name == "postgresql"


def ids_given(session: AsyncSession, ids: Sequence[str]) -> Sequence[str] | str:
    """Return ids as the parameter `ids` takes them."""
    return list(ids) if on_postgresql(session) else to_json(ids).decode()


def among_ids(sql: str) -> dict[str, str]:
    """Return a statement for each database; `{among}` stands for "is one of the parameter ids"."""
    return {dialect: sql.replace("{among}", among) for dialect, among in _AMONG.items()}


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
