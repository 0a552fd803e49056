"""Tables in the order a visitor asks for: by any column, both ways, by plain links."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class Order:
    """By which column a table is sorted, and which way."""

    column: str
    descending: bool

    def aria(self, column: str) -> str:
        """Return aria-sort for a column's header."""
        if column != self.column:
            return "none"
        return "descending" if self.descending else "ascending"

    def link(self, column: str) -> str:
        """Return the query that sorts by a column; again by the same one turns it round."""
        turned = column == self.column and not self.descending
        return f"?sort={column}&order={'desc' if turned else 'asc'}"


def order_from(query: Mapping[str, str], columns: Iterable[str], *, first: Order) -> Order:
    """Read the order out of a query; a column that is none means the first order."""
    column = query.get("sort", "")
    if column not in columns:
        return first
    return Order(column, query.get("order") == "desc")


def in_order(rows: Iterable[Row], order: Order) -> list[Row]:
    """Return rows in an order; rows without a value come last, whichever way."""
    full = [row for row in rows if row.get(order.column) not in (None, "")]
    empty = [row for row in rows if row.get(order.column) in (None, "")]
    full.sort(key=lambda row: _rank(row[order.column]), reverse=order.descending)
    return full + empty


def _rank(value: object) -> tuple[int, float, tuple[str | int, ...]]:
    if isinstance(value, int | float):
        return 0, float(value), ()
    # As browsers compare: a run of digits is a number, so that 9 comes before 10.
    parts = DIGITS.split(str(value).casefold())
    return 1, 0.0, tuple(int(part) if at % 2 else part for at, part in enumerate(parts))
