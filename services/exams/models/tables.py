"""What the tables of exams share: their metadata, and a condition that both databases know."""

from typing import Any

from sqlalchemy import ColumnElement, MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.tables import NAMING, kernel_tables


class Base(DeclarativeBase):
    """The tables of this service, the kernel's own among them."""

    metadata = MetaData(naming_convention=NAMING)


kernel_tables(Base.metadata)


def where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Return the arguments that make an index one of some rows only."""
    return {"postgresql_where": condition, "sqlite_where": condition}
