"""Changing one's password while signed in; setting it by a mailed link is elsewhere."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.handlers.credentials import refuse_weak, refuse_weak_for
from services.identity.handlers.factors import note
from services.identity.handlers.links import end_links_of
from services.identity.handlers.own_sessions import end_other_sessions
from services.identity.handlers.owners import candidate_of, member_of, staff_id_of
from services.identity.handlers.proofs import void_proofs
from services.identity.handlers.sessions import Place
from services.identity.handlers.staff_links import void_staff_links
from services.identity.models import Credential, StaffMember
from services.identity.passwords import passwords_of
from shared.auth import Principal
from shared.context import ServiceContext, context
from shared.rows import upsert


async def change_password(
    here: ServiceContext, owner: Principal, password: str, place: Place
) -> None:
    """Set one's own password; ends all other sessions and the links that would set one.

    Raises PasswordRefused with the reasons.
    """
    async with here.database.reading() as session:
        await _refuse_weak(session, owner, password)
    password_hash = await passwords_of(here).hash(password)
    async with here.database.transaction() as session:
        await _keep(session, owner, password_hash)
        await end_other_sessions(session, owner, why="password")
        await note(session, owner, "password.changed", "password_changed", place)


async def _refuse_weak(session: AsyncSession, owner: Principal, password: str) -> None:
    here = context(session)
    if owner.kind == "candidate":
        refuse_weak_for(here, await candidate_of(session, owner.subject), password)
        return
    member = await member_of(session, owner.subject)
    words = [member.email, member.email.partition("@")[0], member.name]
    refuse_weak(password, shortest=here.settings.password_min_length, context=words)


async def _keep(session: AsyncSession, owner: Principal, password_hash: str) -> None:
    if owner.kind == "staff":
        member = staff_id_of(owner.subject)
        await session.execute(
            update(StaffMember)
            .where(StaffMember.id == member)
            .values(password_hash=password_hash)
            .execution_options(synchronize_session=False)
        )
        await void_staff_links(session, member)
        return
    row = {
        "candidate_id": owner.subject,
        "password_hash": password_hash,
        "set_at": context(session).clock.now(),
    }
    await upsert(
        session, Credential, [row], key=["candidate_id"], update=["password_hash", "set_at"]
    )
    await end_links_of(session, owner.subject)
    # Whoever has shown a score report of the account meanwhile comes too late.
    await void_proofs(session, owner.subject, purposes=["score_report"])
