"""How identity gives out and erases what it holds about a person."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.handlers.data_answers import answered
from services.identity.models import (
    CaseFile,
    DataAnswer,
    DataRequest,
    EmailAddress,
    RegistrationNumber,
    TestingIdentity,
)
from services.identity.personal_data import REGISTER
from shared.context import ServiceContext
from shared.events import CopyWritten, ErasureFinished
from shared.logs import log
from shared.my_data.copying import Document
from shared.my_data.keeping import MyData
from shared.my_data.register import Person
from shared.my_data.traces import Traces
from shared.storage import FileMissing, storage_of

_TABLES = REGISTER.metadata.tables


async def know(session: AsyncSession, person: Person) -> Person:
    """Add the addresses with which a person signs in, of which digests are kept."""
    addresses = await session.scalars(
        select(EmailAddress.email_key).where(EmailAddress.candidate_id.in_(person.ids))
    )
    return person._replace(also=tuple(addresses))


async def trace(session: AsyncSession, person: Person) -> Traces:
    """Return the testing ids, numbers and files of a person, besides the candidate ids."""
    tested = await session.execute(
        select(TestingIdentity.vendor, TestingIdentity.testing_id).where(
            REGISTER.where(_TABLES["testing_ids"], person)
        )
    )
    numbered = await session.execute(
        select(RegistrationNumber.vendor, RegistrationNumber.number_key).where(
            REGISTER.where(_TABLES["registration_numbers"], person)
        )
    )
    files: set[str] = set()
    for table, column in (
        ("case_files", CaseFile.key),
        ("data_requests", DataRequest.file_key),
        ("data_answers", DataAnswer.file_key),
    ):
        of = REGISTER.where(_TABLES[table], person)
        found = await session.scalars(select(column).where(of, column.is_not(None)))
        files |= {str(key) for key in found}
    return Traces(
        ids=set(person.ids),
        testing_ids={(vendor, testing_id) for vendor, testing_id in tested},
        numbers={(vendor, number) for vendor, number in numbered},
        files=files,
    )


async def documents(
    here: ServiceContext, session: AsyncSession, person: Person
) -> AsyncIterator[Document]:
    """Yield the files of a person's support cases."""
    rows = await session.execute(
        select(CaseFile.key, CaseFile.name).where(
            REGISTER.where(_TABLES["case_files"], person), CaseFile.key.is_not(None)
        )
    )
    for key, name in rows.all():
        try:
            yield Document(name, await storage_of(here).get(str(key)))
        except FileMissing:
            log.warning("a file that a case names is not there", key=key)


async def _tell_ourselves(session: AsyncSession, event: Any) -> None:
    await answered(session, "identity", [event])


MY_DATA = MyData(
    REGISTER,
    CopyWritten,
    ErasureFinished,
    know=know,
    trace=trace,
    documents=documents,
    tell=_tell_ourselves,
)
