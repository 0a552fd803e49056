"""What is said of results and registrations after their first statement, kept and lived through.

A statement may come before what it is about. Both might arrive at the same moment in two
transactions, each blind to the other's uncommitted rows. So whoever stores something new looks for
words about it under the shared side of one lock, and whoever has words about something unknown
holds the exclusive side until commit: one of the two always sees the other. SQLite has one writer
at a time and needs none.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import Fault
from services.exams.domain.life import (
    CONTENT,
    CONTENT_KINDS,
    REVIEW,
    Subject,
    Word,
    booking_state,
    contradiction,
    registration_life,
    result_life,
    statement,
)
from services.exams.handlers.entries import Key
from services.exams.handlers.within import look_up_within
from services.exams.models import NATURAL_KEY, Change, Registration, Result
from shared.context import context
from shared.ids import uuid7
from shared.rows import insert_new, one_of, update_rows

Row = dict[str, Any]
Transition = tuple[Row, Row]
"""A stored row before and after what was said."""

# Any number that nothing else in this database locks.
LOCK = int.from_bytes(b"words", "big")

MODELS: Mapping[Subject, type[Result] | type[Registration]] = {
    "result": Result,
    "registration": Registration,
}
_STAMPS = frozenset(
    {
        "content_stamp",
        "vendor_held_stamp",
        "revoked_stamp",
        "appointment_stamp",
        "cancelled_stamp",
        "no_show_stamp",
    }
)
NEW: Mapping[Subject, Row] = {
    "result": {
        "changed_at": None,
        "vendor_held": False,
        "vendor_held_stamp": 0,
        "revoked": False,
        "revoked_stamp": 0,
        "review": None,
        "reason": None,
    },
    "registration": {
        "changed_at": None,
        "cancelled": False,
        "cancelled_stamp": 0,
        "no_show": False,
        "no_show_stamp": 0,
    },
}
"""What the database gives a row that has just been stored."""
_UNKNOWN: Mapping[Subject, Row] = {
    subject: {
        **dict.fromkeys(CONTENT[subject]),
        "candidate_id": None,
        "content_stamp": 0,
        "appointment_stamp": 0,
    }
    for subject in MODELS
}


@dataclass(slots=True)
class Words:
    """All that was said about one result or registration."""

    vendor: list[Word] = field(default_factory=list)
    reviews: list[Word] = field(default_factory=list)

    def add(self, word: Word) -> None:
        """Add a word after those that were said before."""
        (self.reviews if word.kind in REVIEW else self.vendor).append(word)


@dataclass(frozen=True, slots=True)
class Said:
    """A word about something, and who said it; fault: what of it contradicts a stored row.

    arrived: whether its stamp is only the time of its arrival, so that it says nothing new when
    it changes nothing; received_at: when it came, if that is not now.
    """

    key: Key
    word: Word
    said_by: str
    channel: str
    arrived: bool = False
    received_at: datetime | None = None
    differences: Callable[[Mapping[str, Any]], list[str]] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one word."""

    outcome: Literal["accepted", "duplicate", "rejected"]
    state: str | None = None
    faults: tuple[Fault, ...] = ()


def key_of(row: Mapping[Any, Any]) -> Key:
    """The natural key of a stored row."""
    return row["programme"], row["vendor"], row["registration_number"]


async def words_of(
    session: AsyncSession, subject: Subject, keys: Collection[Key]
) -> dict[Key, Words]:
    """Everything that was said about some results or registrations, oldest first."""
    found: defaultdict[Key, Words] = defaultdict(Words)
    if not keys:
        return found
    rows = await look_up_within(
        session,
        Change,
        (*NATURAL_KEY, "kind", "stamp", "data", "digest"),
        key=NATURAL_KEY,
        values=keys,
        where=f"subject = '{subject}'",
        order=("id",),
    )
    for programme, vendor, number, *word in rows:
        found[programme, vendor, number].add(Word(*word))
    return found


async def hold_unknown(session: AsyncSession, wanted: Mapping[Subject, Collection[Key]]) -> None:
    """See to it that what is not stored yet cannot slip in unseen; before any row is locked."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for subject, keys in wanted.items():
        table = MODELS[subject].__table__
        key = tuple(table.c[column] for column in NATURAL_KEY)
        present = await session.execute(select(table.c.id).where(one_of(session, key, keys)))
        if len(present.all()) < len(set(keys)):
            await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            return


def unspoken_of(session: AsyncSession) -> str:
    """A condition in SQL, always true, that takes the shared side of the lock; "" on SQLite.

    Whoever is about to store something new puts it into a statement that is asked anyway, before
    the one that looks for words: one message less to the server for every post.
    """
    if session.get_bind().dialect.name != "postgresql":
        return ""
    return f"(SELECT pg_advisory_xact_lock_shared({LOCK})) IS NOT NULL"


async def keep(session: AsyncSession, subject: Subject, said: Iterable[Said]) -> None:
    """Store words for good."""
    now = context(session).clock.now()
    await insert_new(
        session,
        Change,
        [
            {
                "id": uuid7(),
                **dict(zip(NATURAL_KEY, one.key, strict=True)),
                "subject": subject,
                "kind": one.word.kind,
                "stamp": one.word.stamp,
                "data": dict(one.word.data),
                "digest": one.word.digest,
                "said_by": one.said_by,
                "channel": one.channel,
                "received_at": one.received_at or now,
            }
            for one in said
        ],
    )


def life_of(subject: Subject, row: Mapping[str, Any], words: Words) -> Row:
    """The columns that everything said makes of a stored row."""
    if subject == "result":
        return result_life(row, words.vendor, words.reviews)
    return registration_life(row, words.vendor)


async def relive(
    session: AsyncSession, subject: Subject, rows: Iterable[Row], words: Mapping[Key, Words]
) -> list[Transition]:
    """Make rows what their words say; return those whose life anybody can see changing."""
    now = context(session).clock.now()
    written, transitions = [], []
    for row in rows:
        columns = life_of(subject, row, words[key_of(row)])
        changed = {name for name, value in columns.items() if row[name] != value}
        if not changed:
            continue
        after = {**row, **columns}
        if changed - _STAMPS:
            after |= {"version": row["version"] + 1, "changed_at": now}
            transitions.append((row, after))
        written.append({name: after[name] for name in ("id", "version", "changed_at", *columns)})
    await update_rows(session, MODELS[subject], written, key=("id",))
    return transitions


async def say(
    session: AsyncSession, subject: Subject, said: Sequence[Said]
) -> tuple[list[Verdict], list[Transition]]:
    """Keep each word that is new and live through it; return what became of each, and of what."""
    keys = sorted({one.key for one in said})
    rows = await _locked(session, subject, keys)
    words = await words_of(session, subject, keys)
    taken: list[Said] = []
    verdicts: list[Verdict] = []
    for one in said:
        found = words.setdefault(one.key, Words())
        verdict = _weigh(subject, rows.get(one.key), found, one)
        if verdict.outcome == "accepted":
            taken += _with_first_statement(subject, rows.get(one.key), found, one)
            found.add(one.word)
        verdicts.append(verdict)
    await keep(session, subject, taken)
    touched = {one.key for one in taken}
    transitions = await relive(
        session, subject, [row for key, row in rows.items() if key in touched], words
    )
    after = dict(rows)
    after |= {key_of(row): row for _, row in transitions}
    return [
        verdict
        if verdict.outcome == "rejected"
        else Verdict(verdict.outcome, standing(subject, after.get(one.key)))
        for one, verdict in zip(said, verdicts, strict=True)
    ], transitions


def standing(subject: Subject, row: Mapping[str, Any] | None) -> str:
    """How a result or a registration stands, or that it has not arrived."""
    if row is None:
        return "pending"
    return str(row["state"]) if subject == "result" else booking_state(row)


def _weigh(subject: Subject, row: Row | None, words: Words, one: Said) -> Verdict:
    """Whether a word is new, the same again, or a contradiction."""
    base = row if row is not None else _UNKNOWN[subject]
    if row is not None and one.differences and (fields := one.differences(row)):
        return _contradicts(fields, "differs from what was recorded under this number")
    if any(one.word.digest == word.digest for word in words.vendor):
        return Verdict("duplicate")
    spoken = words.vendor
    if row is not None and not any(word.kind == "statement" for word in spoken):
        spoken = [*spoken, statement(row, subject, row["content_stamp"])]
    if fields := contradiction(one.word, spoken):
        return _contradicts(fields, "differs from what was said before with the same time")
    if one.word.kind == "statement" and any(
        word.kind == "statement" and word.stamp == one.word.stamp for word in spoken
    ):
        return Verdict("duplicate")
    if one.arrived:
        more = Words([*words.vendor, one.word], words.reviews)
        if row is not None and one.word.kind in CONTENT_KINDS:
            more.vendor = [*spoken, one.word]
        if _seen(life_of(subject, base, words)) == _seen(life_of(subject, base, more)):
            return Verdict("duplicate")
    return Verdict("accepted")


def _seen(columns: Row) -> Row:
    return {name: value for name, value in columns.items() if name not in {*_STAMPS, "reason"}}


def _contradicts(fields: Iterable[str], message: str) -> Verdict:
    return Verdict("rejected", faults=tuple(Fault(field=one, message=message) for one in fields))


def _with_first_statement(subject: Subject, row: Row | None, words: Words, one: Said) -> list[Said]:
    """The word, and before it what the row said at first if nothing has corrected it yet."""
    if row is None or not needs_first_statement([one.word]) or _has_statement(words):
        return [one]
    first = first_statement(subject, row)
    words.add(first.word)
    return [first, one]


def needs_first_statement(words: Iterable[Word]) -> bool:
    """Whether any of the words corrects what was stated first, which must then be kept as well."""
    return any(word.kind in CONTENT_KINDS for word in words)


def _has_statement(words: Words) -> bool:
    return any(word.kind == "statement" for word in words.vendor)


def first_statement(subject: Subject, row: Row) -> Said:
    """What a row that nothing has corrected yet says, as a word of its vendor."""
    return Said(
        key_of(row),
        statement(row, subject, row["content_stamp"]),
        said_by=row["vendor"],
        channel="first",
        received_at=row["received_at"],
    )


async def _locked(session: AsyncSession, subject: Subject, keys: Sequence[Key]) -> dict[Key, Row]:
    """The stored rows of some keys, held until the transaction ends."""
    table = MODELS[subject].__table__
    key = tuple(table.c[column] for column in NATURAL_KEY)
    # In the order of the key, so that two transactions about the same cannot deadlock.
    found = await session.execute(
        select(*table.columns).where(one_of(session, key, keys)).order_by(*key).with_for_update()
    )
    rows = (dict(row) for row in found.mappings())
    return {key_of(row): row for row in rows}
