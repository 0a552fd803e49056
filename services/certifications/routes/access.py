"""Who may see whom, and on which day: what every operation about a candidate begins with."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries
from services.certifications.action_checks import far
from services.certifications.errors import UnknownCandidate, UnknownCertification
from services.certifications.queries import Person
from services.certifications.views.seen import Seen
from shared.auth import Principal, staff
from shared.clock import today
from shared.context import ServiceContext
from shared.errors import Forbidden, Unprocessable
from shared.programmes import Programme
from shared.web import Read

Reader = Annotated[Principal, staff("candidates:read")]
Writer = Annotated[Principal, staff("certifications:write")]
Code = Annotated[str, Path(max_length=80, description="a certification's code, such as CCNA")]
AsOf = Annotated[date | None, Query(description="the day to look at; default: today")]


def myself(principal: Principal) -> Person:
    """Return the caller: a candidate's token reaches nobody else's certifications."""
    if principal.programme is None:
        raise Forbidden("the access token does not say which programme it is for")
    return Person(principal.programme, principal.subject)


async def known_person(session: AsyncSession, principal: Principal, person: Person) -> Person:
    """Return a candidate of the caller's programmes; raise Forbidden or UnknownCandidate."""
    principal.may_see(person.programme)
    if await queries.name_revision(session, person) is None:
        raise UnknownCandidate(f"Nothing is known of a candidate {person.candidate_id!r}.")
    return person


async def _read_by_staff(
    programme: str, candidate_id: str, principal: Reader, session: Read
) -> Person:
    return await known_person(session, principal, Person(programme, candidate_id))


# The candidate named in a path, whom the staff member who asks may see.
Theirs = Annotated[Person, Depends(_read_by_staff)]


def programme_of(here: ServiceContext, programme: str) -> Programme:
    """Return a programme that is loaded here; raise UnknownCandidate if it is not."""
    found = here.programmes.get(programme)
    if found is None:
        raise UnknownCandidate(f"There is no programme {programme!r} here.")
    return found


def known_certification(programme: Programme, code: str) -> None:
    """Raise UnknownCertification for a code that the programme does not have."""
    if code not in programme.certifications:
        raise UnknownCertification(f"{programme.name} has no certification {code!r}.")


async def seen(
    session: AsyncSession, here: ServiceContext, person: Person, as_of: date | None = None
) -> Seen:
    """Return a candidate as seen on a day; raise Unprocessable for one too far away."""
    programme = programme_of(here, person.programme)
    day = today(here.clock, programme.timezone)
    if as_of is not None and (fault := far("as_of", as_of, day)) is not None:
        raise Unprocessable(fault.message, errors=[fault])
    person, kin = await queries.who(session, person)
    known = (await queries.facts_of(session, [person], kin)).get(person, [])
    recorded = (await queries.held_by(session, [person])).get(person, {})
    revision = await queries.name_revision(session, person)
    return Seen(
        programme=programme,
        known=known,
        recorded=recorded,
        as_of=as_of or day,
        today=day,
        public_url=here.settings.public_url,
        name_revision=1 if revision is None else revision,
    )
