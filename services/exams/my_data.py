"""How exams gives out and erases what it holds about a person."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.handlers.sweeps import SWEEPS
from services.exams.models import Completion, Credit, Registration, Result, TestingId
from services.exams.personal_data import REGISTER
from shared.context import ServiceContext
from shared.events import ExamsCopyWritten, ExamsErasureFinished
from shared.logs import log
from shared.my_data.copying import Document
from shared.my_data.keeping import MyData
from shared.my_data.register import Person
from shared.my_data.traces import Traces
from shared.storage import FileMissing, storage_of


async def trace(session: AsyncSession, person: Person) -> Traces:
    """Return the testing ids, numbers and files of a person, besides the candidate ids."""
    tables = REGISTER.metadata.tables
    found = Traces(ids=set(person.ids))
    for model, number in (
        (Registration, "registration_number"),
        (Result, "registration_number"),
        (Credit, "external_id"),
    ):
        table = tables[model.__tablename__]
        rows = await session.execute(
            select(table.c.vendor, table.c.testing_id, table.c[number]).where(
                REGISTER.where(table, person)
            )
        )
        for vendor, testing_id, said in rows:
            found.numbers.add((vendor, said))
            if testing_id is not None:
                found.testing_ids.add((vendor, testing_id))
    tested = tables["testing_ids"]
    held = await session.execute(
        select(TestingId.vendor, TestingId.testing_id).where(REGISTER.where(tested, person))
    )
    found.testing_ids |= {(vendor, testing_id) for vendor, testing_id in held}
    handed_in = tables["completions"]
    found.files |= set(
        await session.scalars(select(Completion.file_key).where(REGISTER.where(handed_in, person)))
    )
    return found


async def documents(
    here: ServiceContext, session: AsyncSession, person: Person
) -> AsyncIterator[Document]:
    """Yield the certificates of courses that a person has handed in."""
    handed_in = REGISTER.metadata.tables["completions"]
    rows = await session.execute(
        select(Completion.file_key, Completion.file_name).where(REGISTER.where(handed_in, person))
    )
    for key, name in rows.all():
        try:
            content = await storage_of(here).get(key)
        except FileMissing:
            log.warning("a certificate that a row names is not there", key=key)
            continue
        yield Document(name, content)


MY_DATA = MyData(
    REGISTER,
    ExamsCopyWritten,
    ExamsErasureFinished,
    trace=trace,
    documents=documents,
    sweeps=SWEEPS,
)
