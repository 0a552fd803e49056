"""The register of personal data: what each table and column of a service tells of a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, MetaData, Table, false, or_, select, tuple_


class Person(NamedTuple):
    """Somebody as a candidate of a programme: every id that is theirs, merged ones among them.

    also: what else a service knows them by, where it only keeps a digest of it.
    """

    programme: str
    ids: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """What one table holds about a person.

    says: in plain words, for the person who reads the copy; rows: which rows are the person's,
    None where `swept` finds them; each column stands in one of the lists of names:
    key: what the row goes by (ids and numbers, which are in the copy too);
    personal: what tells something of the person; plain: what tells nothing of anybody;
    secret: what is erased but is in no copy, with the reason.
    leaves: what the columns become where the row stays when the person is erased, instead of the
    row going; if_kept: the word of the programme's policy on which it stays (None: it always does).
    swept: the row is found by what is written in it, and the sweeps erase it.
    """

    says: str
    rows: "Rows | None"
    personal: str = ""
    key: str = ""
    plain: str = ""
    secret: Mapping[str, str] = field(default_factory=dict)
    leaves: Mapping[str, Any] = field(default_factory=dict)
    if_kept: str | None = None
    swept: bool = False

    @property
    def columns(self) -> dict[str, str]:
        """Every column that is declared, and as what."""
        return {
            **dict.fromkeys(self.key.split(), "key"),
            **dict.fromkeys(self.personal.split(), "personal"),
            **dict.fromkeys(self.plain.split(), "plain"),
            **dict.fromkeys(self.secret, "secret"),
        }

    def stays(self, keep: Sequence[str]) -> bool:
        """Tell whether the row stays, without what was personal, under a policy."""
        return bool(self.leaves) and (self.if_kept is None or self.if_kept in keep)


@dataclass(frozen=True)
class Nobody:
    """A table that holds nothing about any candidate, and why that is so."""

    why: str


Rows: TypeAlias = Callable[["Register", Table, Person], ColumnElement[bool]]


@dataclass(frozen=True)
class Register:
    """Every table of a service, in the order in which a person's rows can be erased."""

    metadata: MetaData
    tables: Mapping[str, Held | Nobody]

    def held(self) -> list[tuple[Table, Held]]:
        """The tables that hold something about persons."""
        return [
            (self.metadata.tables[name], entry)
            for name, entry in self.tables.items()
            if isinstance(entry, Held)
        ]

    def where(self, table: Table, person: Person) -> ColumnElement[bool]:
        """The condition for a person's rows of a table."""
        entry = self.tables[table.name]
        if not isinstance(entry, Held) or entry.rows is None:
            return false()
        return entry.rows(self, table, person)

    def faults(self) -> list[str]:
        """What is not declared, or is declared and not there: empty when the register is whole."""
        found = [
            f"{name}: the table is in no register of personal data"
            for name in self.metadata.tables
            if name not in self.tables
        ]
        for name, entry in self.tables.items():
            table = self.metadata.tables.get(name)
            if table is None:
                found.append(f"{name}: there is no such table any more")
            elif isinstance(entry, Held):
                found += _faults(table, entry)
        return found


def _faults(table: Table, entry: Held) -> list[str]:
    declared = [
        *entry.key.split(),
        *entry.personal.split(),
        *entry.plain.split(),
        *entry.secret,
    ]
    there = set(table.columns.keys())
    found = [f"{table.name}.{one}: declared twice" for one in declared if declared.count(one) > 1]
    found += [f"{table.name}.{one}: undeclared" for one in sorted(there - set(declared))]
    found += [f"{table.name}.{one}: no such column" for one in sorted(set(declared) - there)]
    if entry.leaves:
        telling = {*entry.personal.split(), *entry.secret}
        found += [
            f"{table.name}.{one}: the row stays, and nothing says what becomes of this"
            for one in sorted(telling - set(entry.leaves))
        ]
    return found


def of(*columns: str) -> Rows:
    """The rows that name a candidate in one of these columns."""

    def where(_register: Register, table: Table, person: Person) -> ColumnElement[bool]:
        named = or_(*(table.c[column].in_(person.ids) for column in columns))
        # Indexes begin with the programme.
        return (table.c.programme == person.programme) & named if "programme" in table.c else named

    return where


def through(column: str, parent: str, key: str = "id") -> Rows:
    """The rows that belong to the person's rows of another table."""

    def where(register: Register, table: Table, person: Person) -> ColumnElement[bool]:
        other = register.metadata.tables[parent]
        theirs = select(other.c[key]).where(register.where(other, person))
        return table.c[column].in_(theirs)

    return where


def where_also(rows: Rows, **values: Any) -> Rows:
    """Of some rows those in which columns have these values."""

    def where(register: Register, table: Table, person: Person) -> ColumnElement[bool]:
        condition = rows(register, table, person)
        for column, value in values.items():
            condition = condition & (table.c[column] == value)
        return condition

    return where


def either(*several: Rows) -> Rows:
    """The rows that any of several conditions finds."""

    def where(register: Register, table: Table, person: Person) -> ColumnElement[bool]:
        return or_(*(rows(register, table, person) for rows in several))

    return where


def numbered_like(*tables: str, key: tuple[str, ...]) -> Rows:
    """The rows that have the same key as one of the person's rows of other tables."""

    def where(register: Register, table: Table, person: Person) -> ColumnElement[bool]:
        mine = tuple_(*(table.c[column] for column in key))
        conditions = []
        for name in tables:
            other = register.metadata.tables[name]
            theirs = select(*(other.c[column] for column in key))
            conditions.append(mine.in_(theirs.where(register.where(other, person))))
        return or_(*conditions)

    return where


_KEPT_FOR_OTHERS = "What was told to the other parts of the product, which are rebuilt from it."
KERNEL_TABLES: Mapping[str, Held | Nobody] = {
    "outbox": Held(
        says=_KEPT_FOR_OTHERS,
        rows=None,
        swept=True,
        key="id",
        personal="body",
        plain="type events secret created_at published_at",
    ),
    "parked": Held(
        says="Messages that could not be handled and were set aside for staff.",
        rows=None,
        swept=True,
        key="id message_id event_id",
        personal="subject body error",
        plain="programme type attempts parked_at state settled_at settled_by",
    ),
    "inbox": Nobody("ids of messages, which say nothing of what is in them"),
    "candidate_merges": Held(
        says="Which of your candidate ids stands for which.",
        rows=of("candidate_id", "survivor"),
        key="candidate_id survivor",
        plain="programme version",
    ),
    "erasures": Nobody(
        "the tombstones: a candidate id that stands for nobody any more; by what the person is "
        "found is forgotten when the erasure is finished"
    ),
    "erased_marks": Nobody("digests of vendors' numbers that stand for nobody any more"),
    "data_copies": Nobody("that a copy was asked for, by candidate ids"),
}
"""The kernel's own tables, which every service has."""
