"""Whom a registration or a result concerns, and what was waiting for a person to appear.

A result and the candidate it belongs to may arrive at the same moment in two transactions, each
blind to the other's uncommitted rows. So whoever finds a person unknown looks again under the
shared side of one lock, and whoever makes a person known holds the exclusive side until commit:
one of the two always sees the other. Intake for known people never takes the lock. SQLite has
one writer at a time and needs none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, ScalarSelect, case, delete, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import Stated
from services.exams.domain.names import email_key, name_key
from services.exams.handlers.crediting import announce_credits
from services.exams.handlers.recording import record
from services.exams.handlers.within import look_up_within
from services.exams.models import Candidate, Credit, Registration, Result, TestingId
from shared.events.identity import CandidateRegistered, CandidateUpdated, Contact
from shared.rows import insert_new, one_of, update_rows, upsert

CandidateKey: TypeAlias = tuple[str, str]
"""Programme and candidate id."""
TestingKey: TypeAlias = tuple[str, str, str]
"""Programme, vendor and testing id."""

# Any number that nothing else in this database locks: the first bytes of "exams".
LOCK = int.from_bytes(b"exams", "big")
# Whether a candidate is, or ever was, one of several ids of a person: nearly nobody is.
_MERGED = (
    "EXISTS (SELECT 1 FROM candidate_merges AS m "
    "WHERE m.programme = {0}.programme AND m.candidate_id = {0}.candidate_id) "
    "OR EXISTS (SELECT 1 FROM candidate_merges AS m "
    "WHERE m.programme = {0}.programme AND m.survivor = {0}.candidate_id)"
)
NAMED = ("given_name", "family_name", "email", "family_name_key", "email_key")


# How a result stands as soon as its candidate is known: `state_of` of `domain/life.py`, in SQL.
STANDING = case(
    (Result.revoked | (Result.review == "invalidated"), "revoked"),
    (Result.vendor_held | (Result.review == "held"), "held"),
    else_="recorded",
)


class Links:
    """The candidates found for a set of items; alone: those of them who are merged with nobody."""

    def __init__(self) -> None:
        self.known: set[CandidateKey] = set()
        self.owners: dict[TestingKey, str] = {}
        self.alone: set[CandidateKey] = set()

    def candidate_of(self, item: Stated, vendor: str) -> str | None:
        """The item's candidate: the one it names if known, else the testing id's."""
        named = item.candidate_id
        if named is not None and (item.programme, named) in self.known:
            return named
        if item.testing_id is None:
            return None
        return self.owners.get((item.programme, vendor, item.testing_id))

    async def look_up(
        self, session: AsyncSession, items: Iterable[tuple[Stated, str]], where: str = ""
    ) -> None:
        """Find the candidates of (item, vendor) pairs; where: a further condition in SQL."""
        named, tested = set(), set()
        for item, vendor in items:
            if item.candidate_id is not None:
                named.add((item.programme, item.candidate_id))
            if item.testing_id is not None:
                tested.add((item.programme, vendor, item.testing_id))
        if named:
            named_as = ("programme", "candidate_id")
            found = await look_up_within(
                session,
                Candidate,
                (*named_as, _MERGED.format("candidates")),
                key=named_as,
                values=named,
                where=where,
            )
            for programme, candidate, merged in found:
                self.known.add((programme, candidate))
                if not merged:
                    self.alone.add((programme, candidate))
        if tested:
            # Counted here, not by GROUP BY, for which SQLite reads every id of the programme.
            tested_as = ("programme", "vendor", "testing_id")
            claimed = await look_up_within(
                session,
                TestingId,
                (*tested_as, "candidate_id", _MERGED.format("testing_ids")),
                key=tested_as,
                values=tested,
                where=where,
            )
            claims: dict[TestingKey, str | None] = {}
            for programme, vendor, testing_id, candidate, merged in claimed:
                key = (programme, vendor, testing_id)
                claims[key] = None if key in claims else candidate
                if not merged:
                    self.alone.add((programme, candidate))
            self.owners.update({key: owner for key, owner in claims.items() if owner is not None})


async def find_links(
    session: AsyncSession, items: Sequence[tuple[Stated, str]], where: str = ""
) -> Links:
    """Find the candidates of (item, vendor) pairs, safe against one who is just appearing.

    where: a further condition in SQL for what is asked first.
    """
    links = Links()
    await links.look_up(session, items, where)
    unknown = [pair for pair in items if links.candidate_of(*pair) is None]
    if unknown and session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": LOCK})
        await links.look_up(session, unknown)
    return links


async def make_known(
    session: AsyncSession, events: Sequence[CandidateRegistered | CandidateUpdated]
) -> None:
    """Take over identity's word on candidates, and take up what was waiting for them."""
    newest: dict[CandidateKey, CandidateRegistered | CandidateUpdated] = {}
    for event in events:
        if event.candidate_id is None:
            raise ValueError("a candidate's event without a candidate id")
        key = (event.programme, event.candidate_id)
        if key not in newest or event.version > newest[key].version:
            newest[key] = event
    await _hold(session)
    rows = [
        {
            "programme": programme,
            "candidate_id": candidate,
            "version": event.version,
            **_named(event.contact),
        }
        for (programme, candidate), event in sorted(newest.items())
    ]
    written = await upsert(
        session,
        Candidate,
        rows,
        key=("programme", "candidate_id"),
        update=("version", *NAMED),
        newer="version",
        returning=("programme", "candidate_id"),
    )
    candidates = [(row["programme"], row["candidate_id"]) for row in written]
    if len(candidates) < len(rows):
        # Who was heard of before names were kept is named when their events are replayed.
        same = ("programme", "candidate_id", "version")
        await update_rows(session, Candidate, rows, key=same, where="t.family_name = ''")
    if not candidates:
        return
    tested = await _replace_testing_ids(session, {key: newest[key] for key in candidates})
    await _take_up(
        session,
        lambda model: one_of(session, (model.programme, model.named_candidate_id), candidates),
        lambda model: one_of(session, (model.programme, model.vendor, model.testing_id), tested),
    )


def _named(contact: Contact) -> dict[str, str | None]:
    """A candidate's name and address, and what they are compared by."""
    return {
        "given_name": contact.given_name,
        "family_name": contact.family_name,
        "email": contact.email,
        "family_name_key": name_key(contact.family_name),
        "email_key": None if contact.email is None else email_key(contact.email),
    }


async def _hold(session: AsyncSession) -> None:
    """Hold the exclusive side of the lock until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


async def take_up_waiting(session: AsyncSession) -> None:
    """Take up whatever waits though its candidate is known: the belt to the lock's braces."""
    await _take_up(
        session, lambda model: model.id.is_not(None), lambda model: model.id.is_not(None)
    )


async def _replace_testing_ids(
    session: AsyncSession, events: dict[CandidateKey, CandidateRegistered | CandidateUpdated]
) -> set[TestingKey]:
    """Make the testing ids what the events say; return those gained or given up."""
    columns = (TestingId.programme, TestingId.vendor, TestingId.testing_id)
    dropped = await session.execute(
        delete(TestingId)
        .where(one_of(session, (TestingId.programme, TestingId.candidate_id), events))
        .returning(*columns)
        .execution_options(synchronize_session=False)
    )
    # An id given up here may now be another candidate's alone.
    touched = {(programme, vendor, testing_id) for programme, vendor, testing_id in dropped}
    rows = [
        {
            "programme": programme,
            "vendor": known_as.vendor,
            "testing_id": known_as.testing_id,
            "candidate_id": candidate,
        }
        for (programme, candidate), event in events.items()
        for known_as in event.testing_ids
    ]
    await insert_new(session, TestingId, rows)
    touched.update((row["programme"], row["vendor"], row["testing_id"]) for row in rows)
    return touched


def _owner(model: type[Registration] | type[Result] | type[Credit]) -> ScalarSelect[Any]:
    """The one candidate who has the row's testing id, or null."""
    return (
        select(func.min(TestingId.candidate_id))
        .where(
            TestingId.programme == model.programme,
            TestingId.vendor == model.vendor,
            TestingId.testing_id == model.testing_id,
        )
        .having(func.count() == 1)
        .scalar_subquery()
    )


async def _take_up(session: AsyncSession, named: Any, tested: Any) -> None:
    """Link what has no candidate yet and now has one; publish the results among it.

    The transition is in the statement that finds the row, so of two who try only one gets it.
    """
    taken: list[Mapping[Any, Any]] = []
    credited: list[Mapping[Any, Any]] = []
    for model in (Registration, Result, Credit):
        state = {"state": STANDING} if model is Result else {}
        known = exists().where(
            Candidate.programme == model.programme,
            Candidate.candidate_id == model.named_candidate_id,
        )
        ways: list[tuple[ColumnElement[bool], ColumnElement[bool], Any]] = [
            (named(model), known, model.named_candidate_id),
            (tested(model), _owner(model).is_not(None), _owner(model)),
        ]
        for chosen, found, candidate in ways:
            updated = await session.execute(
                update(model)
                .where(model.candidate_id.is_(None), chosen, found)
                .values(candidate_id=candidate, version=model.version + 1, **state)
                .returning(*model.__table__.columns)
                .execution_options(synchronize_session=False)
            )
            if model is Result:
                taken += updated.mappings().all()
            elif model is Credit:
                credited += updated.mappings().all()
    await record(session, taken)
    await announce_credits(session, credited)
