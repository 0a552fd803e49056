"""Finding whatever an id of any kind names: what staff have in hand when somebody calls."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Literal, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.models import (
    Authorization,
    Candidate,
    Change,
    Credit,
    Import,
    Registration,
    Result,
    TestingId,
)
from shared.rows import one_of

Kind: TypeAlias = Literal[
    "candidate", "result", "registration", "change", "activity", "authorization", "import"
]
# Of each kind: an id that names more is no id.
_MOST = 20


class Hit(NamedTuple):
    """Something that an id names; what: which of its ids that is."""

    kind: Kind
    what: str
    id: str
    programme: str
    candidate_id: str | None
    vendor: str | None
    title: str
    state: str | None


async def search(session: AsyncSession, programmes: Iterable[str], text: str) -> list[Hit]:
    """Everything of the programmes that an id of any kind names, the most of a kind being 20.

    Candidate ids, testing ids, registration numbers, external ids of activities, authorization
    numbers, and ids and file names of imports.
    """
    wanted = frozenset(programmes)
    hits: list[Hit] = []
    hits += await _candidates(session, wanted, text)
    for model, kind in ((Result, "result"), (Registration, "registration")):
        hits += await _stated(session, wanted, model, kind, text)
    hits += await _changes(session, wanted, text)
    hits += await _activities(session, wanted, text)
    hits += await _authorizations(session, wanted, text)
    hits += await _imports(session, wanted, text)
    return hits


async def _rows(
    session: AsyncSession,
    programmes: frozenset[str],
    model: Any,
    condition: ColumnElement[bool],
) -> list[Any]:
    query: Select[Any] = (
        select(model).where(one_of(session, model.programme, programmes), condition).limit(_MOST)
    )
    return list((await session.scalars(query)).all())


async def _candidates(session: AsyncSession, programmes: frozenset[str], text: str) -> list[Hit]:
    found = await _rows(session, programmes, Candidate, Candidate.candidate_id == text.upper())
    hits = [
        Hit(
            "candidate",
            "candidate id",
            row.candidate_id,
            row.programme,
            row.candidate_id,
            None,
            f"{row.given_name} {row.family_name}".strip(),
            None,
        )
        for row in found
    ]
    tested = await _rows(session, programmes, TestingId, TestingId.testing_id == text)
    return hits + [
        Hit(
            "candidate",
            "testing id",
            row.candidate_id,
            row.programme,
            row.candidate_id,
            row.vendor,
            row.testing_id,
            None,
        )
        for row in tested
    ]


def _waits(model: Any, text: str) -> ColumnElement[bool]:
    """Whether it waits for the candidate whom an id is of."""
    named = or_(model.testing_id == text, model.named_candidate_id == text)
    return and_(model.candidate_id.is_(None), named)


async def _stated(
    session: AsyncSession, programmes: frozenset[str], model: Any, kind: Any, text: str
) -> list[Hit]:
    named = or_(model.registration_number == text, _waits(model, text))
    found = await _rows(session, programmes, model, named)
    return [
        Hit(
            kind,
            "registration number" if row.registration_number == text else "id it waits for",
            str(row.id),
            row.programme,
            row.candidate_id,
            row.vendor,
            row.exam_code,
            row.state if kind == "result" else None,
        )
        for row in found
    ]


async def _changes(session: AsyncSession, programmes: frozenset[str], text: str) -> list[Hit]:
    """What was said of a number of which nothing else is known yet."""
    known = [
        select(model.registration_number).where(model.registration_number == text)
        for model in (Result, Registration)
    ]
    condition = Change.registration_number == text
    for one in known:
        condition &= ~one.exists()
    found = await _rows(session, programmes, Change, condition)
    return [
        Hit(
            "change",
            "registration number",
            str(row.id),
            row.programme,
            None,
            row.vendor,
            row.kind,
            "pending",
        )
        for row in found
    ]


async def _activities(session: AsyncSession, programmes: frozenset[str], text: str) -> list[Hit]:
    named = or_(Credit.external_id == text, _waits(Credit, text))
    found = await _rows(session, programmes, Credit, named)
    return [
        Hit(
            "activity",
            "external id" if row.external_id == text else "id it waits for",
            str(row.id),
            row.programme,
            row.candidate_id,
            row.vendor,
            row.activity,
            "withdrawn" if row.withdrawn else row.review,
        )
        for row in found
    ]


async def _authorizations(
    session: AsyncSession, programmes: frozenset[str], text: str
) -> list[Hit]:
    found = await _rows(
        session,
        programmes,
        Authorization,
        (Authorization.number == text) | (Authorization.vendor_number == text),
    )
    return [
        Hit(
            "authorization",
            "authorization number",
            str(row.id),
            row.programme,
            row.candidate_id,
            row.vendor,
            row.exam_code,
            row.state,
        )
        for row in found
    ]


async def _imports(session: AsyncSession, programmes: frozenset[str], text: str) -> list[Hit]:
    condition = Import.name == text
    with suppress(ValueError):  # what is no id can be a name only
        condition |= Import.id == UUID(text)
    found = await _rows(session, programmes, Import, condition)
    return [
        Hit("import", "file", str(row.id), row.programme, None, row.vendor, row.name, row.state)
        for row in found
    ]
