"""How certifications gives out and erases what it holds about a person."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries
from services.certifications.errors import NameNotDrawable
from services.certifications.paper import CertificateDetails
from services.certifications.personal_data import REGISTER
from services.certifications.views.public import on_paper
from shared.context import ServiceContext
from shared.events import CertificationsCopyWritten, CertificationsErasureFinished
from shared.logs import log
from shared.my_data.copying import Document
from shared.my_data.keeping import MyData
from shared.my_data.register import Person


async def documents(
    here: ServiceContext, session: AsyncSession, person: Person
) -> AsyncIterator[Document]:
    """Yield the certificate of everything that a person has earned, as it reads now."""
    programme = here.programmes.get(person.programme)
    if programme is None:
        return
    whose = [queries.Person(person.programme, one) for one in person.ids]
    for holder_id, held in (await queries.held_by(session, whose)).items():
        holder = await queries.candidate(session, holder_id)
        if holder is None or not holder.full_name:
            continue
        for code, recorded in held.items():
            if recorded.withdrawn or code not in programme.certifications:
                continue
            details = on_paper(programme, recorded, holder, here.settings.public_url)
            try:
                drawn = await asyncio.to_thread(_drawn, details)
            except NameNotDrawable:
                log.info("a certificate is left out of a copy", certification=code)
                continue
            yield Document(f"{code}-{recorded.verification_code}.pdf", drawn)


async def keep(session: AsyncSession, person: Person, words: Sequence[str]) -> tuple[str, ...]:
    """Keep no certification of somebody who did not want to be found: its code proves nothing."""
    whose = [queries.Person(person.programme, one) for one in person.ids]
    # Of several ids the survivor's word counts; a merged one has none of its own.
    persons = [(await queries.who(session, one))[0] for one in whose]
    found = [await queries.candidate(session, one) for one in persons]
    disclosed = any(one is not None and one.disclosure for one in found)
    return tuple(word for word in words if disclosed or word != "certifications")


def _drawn(details: CertificateDetails) -> bytes:
    # Drawing takes as much memory as half a service: a process that never draws does without.
    from services.certifications.pdf import certificate  # noqa: PLC0415 - see above

    return certificate(details)


MY_DATA = MyData(
    REGISTER,
    CertificationsCopyWritten,
    CertificationsErasureFinished,
    keep=keep,
    documents=documents,
)
