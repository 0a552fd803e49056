"""The people and machines of the demonstration, whose secrets everybody may know."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key, first_number
from services.identity.errors import AlreadyThere
from services.identity.handlers.addresses import hold_primary, prove
from services.identity.handlers.candidates import (
    lock_series,
    publish_state,
    take_candidate_ids,
)
from services.identity.handlers.clients import create_api_client
from services.identity.handlers.staff import create_staff
from services.identity.models import (
    ApiClientSecret,
    Candidate,
    Credential,
    IdSeries,
    StaffMember,
    TestingIdentity,
)
from services.identity.passwords import passwords_of
from services.identity.tokens import hash_of
from shared.context import ServiceContext, context
from shared.errors import StartRefused
from shared.rows import insert_new

PROGRAMME = "cisco"
CANDIDATE_ID = "CSCO10000000"
CANDIDATE_EMAIL = "jane.doe@example.com"
CANDIDATE_PASSWORD = "routers and switches"  # noqa: S105 - public on purpose
TESTING_ID = "VUE226754252"
VENDOR = "vue"
STAFF_EMAIL = "staff@example.com"
STAFF_PASSWORD = "reviewing with care"  # noqa: S105 - public on purpose
CLIENT_ID = "vue-demonstration"
CLIENT_SECRET = "demonstration-only-vue-client-secret"  # noqa: S105 - public on purpose


@dataclass(frozen=True, slots=True)
class SignInShown:
    """A way into the demonstration, for printing."""

    who: str
    login: str
    secret: str


SIGN_INS = (
    SignInShown("candidate", CANDIDATE_ID, CANDIDATE_PASSWORD),
    SignInShown("staff", STAFF_EMAIL, STAFF_PASSWORD),
    SignInShown("vendor client", CLIENT_ID, CLIENT_SECRET),
)


async def seed(here: ServiceContext) -> tuple[SignInShown, ...]:
    """Create the demonstration's staff, vendor client and candidate where they are missing.

    Returns the sign-ins to print. Raises StartRefused in production.
    """
    if here.settings.environment == "production":
        raise StartRefused("the demonstration cannot be seeded in production")
    programmes = list(here.programmes)
    async with here.database.transaction() as session:
        with suppress(AlreadyThere):
            await create_api_client(
                session,
                client_id=CLIENT_ID,
                name="Pearson VUE (demonstration)",
                vendor=VENDOR,
                programmes=programmes,
                secret=CLIENT_SECRET,
            )
    async with here.database.transaction() as session:
        if await _is_missing(session, StaffMember.id, StaffMember.email_key == STAFF_EMAIL):
            await create_staff(
                session,
                email=STAFF_EMAIL,
                name="Sam Staff",
                password=STAFF_PASSWORD,
                programmes=programmes,
            )
    if PROGRAMME in here.programmes:
        async with here.database.transaction() as session:
            await _seed_candidate(session)
    return SIGN_INS


async def _seed_candidate(session: AsyncSession) -> None:
    here = context(session)
    await lock_series(session, [PROGRAMME])
    # The demonstration's candidate is the programme's first, or is not made at all.
    number = await session.scalar(
        select(IdSeries.next_number).where(IdSeries.programme == PROGRAMME)
    )
    if number != first_number(here.programmes[PROGRAMME].candidate_digits):
        return
    (candidate_id,) = await take_candidate_ids(session, PROGRAMME, 1)
    now = here.clock.now()
    candidate = {
        "candidate_id": candidate_id,
        "programme": PROGRAMME,
        "given_name": "Jane",
        "family_name": "Doe",
        "email": CANDIDATE_EMAIL,
        "email_key": email_key(CANDIDATE_EMAIL),
        "locale": "en",
        "disclosure": True,
        "version": 1,
        "registered_at": now,
    }
    await insert_new(session, Candidate, [candidate])
    testing_id = {
        "programme": PROGRAMME,
        "vendor": VENDOR,
        "testing_id": TESTING_ID,
        "candidate_id": candidate_id,
        "linked_at": now,
    }
    await insert_new(session, TestingIdentity, [testing_id])
    credential = {
        "candidate_id": candidate_id,
        "password_hash": await passwords_of(here).hash(CANDIDATE_PASSWORD),
        "set_at": now,
    }
    await insert_new(session, Credential, [credential])
    await hold_primary(session, [Candidate(**candidate)])
    await prove(session, candidate_id, email_key(CANDIDATE_EMAIL))
    await publish_state(session, [Candidate(**candidate)])


async def refuse_demonstration_rows(here: ServiceContext) -> None:
    """Refuse to start in production on a database in which the demonstration was seeded.

    Raises StartRefused naming what has to go.
    """
    if here.settings.environment != "production":
        return
    async with here.database.reading() as session:
        found = []
        secret = ApiClientSecret.secret_hash == hash_of(CLIENT_SECRET)
        if not await _is_missing(session, ApiClientSecret.id, secret):
            found.append(f"API client {CLIENT_ID}")
        if not await _is_missing(session, StaffMember.id, StaffMember.email_key == STAFF_EMAIL):
            found.append(f"staff member {STAFF_EMAIL}")
        jane = (Candidate.candidate_id == CANDIDATE_ID) & (Candidate.email_key == CANDIDATE_EMAIL)
        if not await _is_missing(session, Candidate.candidate_id, jane):
            found.append(f"candidate {CANDIDATE_ID}")
    if found:
        raise StartRefused(
            f"this database holds the demonstration's {', '.join(found)}, whose secrets everybody "
            "knows; production needs a database of its own"
        )


async def _is_missing(session: AsyncSession, column: Any, condition: ColumnElement[bool]) -> bool:
    return await session.scalar(select(column).where(condition).limit(1)) is None
