"""Who may do what: inviting staff, their roles, and letting them go."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key
from services.identity.domain.roles import ADMINISTERS, scopes_of
from services.identity.errors import (
    AlreadyThere,
    LastAdministrator,
    NotYourOwn,
    NotYoursToGive,
    UnknownStaffMember,
)
from services.identity.handlers.audit import record
from services.identity.handlers.sessions import end_sessions_of
from services.identity.handlers.staff import (
    add_member,
    give_roles,
    refuse_no_email,
    refuse_unknown_roles,
)
from services.identity.handlers.staff_links import (
    Purpose,
    issue_staff_link,
    void_staff_links,
)
from services.identity.models import StaffMember, StaffRole
from shared import outbox
from shared.auth import Principal
from shared.context import context
from shared.errors import FieldError, Unprocessable
from shared.events import AccountNoticed, Contact
from shared.ids import uuid7


async def invite(
    session: AsyncSession,
    by: Principal,
    *,
    programme: str,
    email: str,
    name: str,
    roles: Collection[str],
) -> StaffMember:
    """Let somebody work for a programme, and mail them how to get in.

    Who works for another programme already gets the roles beside those and a mail that says so;
    who is new gets a link for a password. Raises AlreadyThere, NotYoursToGive, and Unprocessable
    for an unknown role, none at all, or what is no e-mail address.
    """
    refuse_unknown_roles(roles)
    if not roles:
        problem = FieldError(field="roles", message="choose at least one")
        raise Unprocessable("Without a role there is nothing to invite to.", errors=[problem])
    refuse_no_email(email)
    _refuse_more_than_own(by, programme, scopes_of(roles))
    members = await _all(session)
    member = next((one for one in members if one.email_key == email_key(email)), None)
    if member is not None and (not member.active or programme in member.grants):
        state = "works for this programme already" if member.active else "has been deactivated"
        raise AlreadyThere(f"{member.email} {state}.")
    staff_id = member.id if member else await add_member(session, email=email, name=name)
    await give_roles(session, staff_id, ((programme, role) for role in sorted(roles)))
    found = await _fresh(session, staff_id)
    if found.password_hash is None:
        await issue_staff_link(session, found, programme, "invitation", invited_by=by.name)
    else:
        await _tell(session, found, programme, by)
    await record(
        session,
        "staff.invited",
        by=by,
        programme=programme,
        subject=str(staff_id),
        details={"name": found.name, "roles": sorted(roles)},
    )
    return found


async def set_roles(
    session: AsyncSession, by: Principal, programme: str, staff_id: UUID, roles: Collection[str]
) -> StaffMember:
    """Give a member exactly these roles in a programme; none: they no longer work for it.

    Raises UnknownStaffMember, NotYourOwn, NotYoursToGive, LastAdministrator and Unprocessable.
    """
    refuse_unknown_roles(roles)
    members = await _all(session)
    member = _one(members, programme, staff_id)
    _refuse_self(by, member)
    old, new = member.grants[programme], scopes_of(roles)
    _refuse_more_than_own(by, programme, old ^ new)
    if ADMINISTERS not in new:
        _refuse_last_administrator(members, member, [programme])
    before = member.roles_in(programme)
    await session.execute(
        delete(StaffRole)
        .where(StaffRole.staff_id == staff_id, StaffRole.programme == programme)
        .execution_options(synchronize_session=False)
    )
    # What was given one by one on the command line no longer counts here either.
    member.programmes = [one for one in member.programmes if one != programme]
    await give_roles(session, staff_id, ((programme, role) for role in sorted(roles)))
    await record(
        session,
        "staff.roles_changed",
        by=by,
        programme=programme,
        subject=str(staff_id),
        details={"name": member.name, "before": before, "after": sorted(roles)},
    )
    await session.flush()
    found = await _fresh(session, staff_id)
    if not found.grants:
        await end_sessions_of(session, "staff", str(staff_id), "account")
    await _tell(session, found, programme, by)
    return found


async def send_link_again(
    session: AsyncSession, by: Principal, programme: str, staff_id: UUID
) -> StaffMember:
    """Mail a member a fresh link for setting the password; the ones before end.

    Raises UnknownStaffMember.
    """
    member = _one(await _all(session), programme, staff_id, active=True)
    purpose: Purpose = "forgotten" if member.password_hash else "invitation"
    await issue_staff_link(session, member, programme, purpose, invited_by=by.name)
    await record(
        session,
        "staff.link_sent",
        by=by,
        programme=programme,
        subject=str(staff_id),
        details={"name": member.name, "purpose": purpose},
    )
    return member


async def deactivate(
    session: AsyncSession, by: Principal, programme: str, staff_id: UUID, reason: str
) -> StaffMember:
    """Keep a member out: sessions and links end at once, nothing they did is lost.

    Raises UnknownStaffMember, NotYourOwn, NotYoursToGive if they work for programmes that the
    caller does not administer, and LastAdministrator.
    """
    members = await _all(session)
    member = _one(members, programme, staff_id)
    _refuse_self(by, member)
    _refuse_foreign(by, member)
    _refuse_last_administrator(members, member, member.grants)
    await end_sessions_of(session, "staff", str(staff_id), "account")
    await void_staff_links(session, staff_id)
    return await _activate(session, by, member, "staff.deactivated", reason, active=False)


async def activate(
    session: AsyncSession, by: Principal, programme: str, staff_id: UUID, reason: str
) -> StaffMember:
    """Let a deactivated member in again, with the roles they had.

    Raises UnknownStaffMember and NotYoursToGive.
    """
    member = _one(await _all(session), programme, staff_id)
    _refuse_foreign(by, member)
    for name, scopes in member.grants.items():
        _refuse_more_than_own(by, name, scopes)
    return await _activate(session, by, member, "staff.activated", reason, active=True)


async def _activate(
    session: AsyncSession,
    by: Principal,
    member: StaffMember,
    action: str,
    reason: str,
    *,
    active: bool,
) -> StaffMember:
    if member.active == active:
        return member
    await session.execute(
        update(StaffMember).where(StaffMember.id == member.id).values(active=active)
    )
    for programme in member.grants:
        await record(
            session,
            action,
            by=by,
            programme=programme,
            subject=str(member.id),
            details={"name": member.name, "reason": reason},
        )
    return await _fresh(session, member.id)


async def _all(session: AsyncSession) -> list[StaffMember]:
    # All of them, locked in one order: two administrators who take each other's roles in the same
    # moment must not both succeed.
    statement = select(StaffMember).order_by(StaffMember.id).with_for_update()
    found = await session.scalars(statement.execution_options(populate_existing=True))
    return list(found)


async def _fresh(session: AsyncSession, staff_id: UUID) -> StaffMember:
    statement = select(StaffMember).where(StaffMember.id == staff_id)
    found = await session.scalars(statement.execution_options(populate_existing=True))
    return found.one()


def _one(
    members: Iterable[StaffMember], programme: str, staff_id: UUID, *, active: bool | None = None
) -> StaffMember:
    for member in members:
        if member.id == staff_id and programme in member.grants and active in (None, member.active):
            return member
    raise UnknownStaffMember(f"Nobody with this id works for {programme}.")


def _refuse_self(by: Principal, member: StaffMember) -> None:
    if by.subject == str(member.id):
        raise NotYourOwn("Somebody else has to change what you may do.")


def _refuse_more_than_own(by: Principal, programme: str, scopes: Collection[str]) -> None:
    missing = sorted(scope for scope in scopes if not by.has(programme, scope))
    if missing:
        raise NotYoursToGive(
            f"Nobody gives or takes what they do not have themselves: {', '.join(missing)}.",
            errors=[FieldError(field="roles", message=f"allows {one}") for one in missing],
        )


def _refuse_foreign(by: Principal, member: StaffMember) -> None:
    foreign = [name for name in member.grants if not by.has(name, ADMINISTERS)]
    if foreign:
        raise NotYoursToGive(
            f"{member.name} works for further programmes, which you do not administer: take away "
            "the roles in yours instead."
        )


def _refuse_last_administrator(
    members: Iterable[StaffMember], leaving: StaffMember, programmes: Iterable[str]
) -> None:
    for programme in programmes:
        if not _administers(leaving, programme):
            continue
        others = (one for one in members if one.id != leaving.id)
        if not any(_administers(one, programme) for one in others):
            raise LastAdministrator(
                f"{leaving.name} is the last administrator of {programme}: make somebody else "
                "one first."
            )


def _administers(member: StaffMember, programme: str) -> bool:
    # Who has never signed in may never come.
    can_come = member.active and member.password_hash is not None
    return can_come and ADMINISTERS in member.grants.get(programme, ())


async def _tell(session: AsyncSession, member: StaffMember, programme: str, by: Principal) -> None:
    roles = member.roles_in(programme)
    await outbox.add(
        session,
        AccountNoticed(
            programme=programme,
            notice_id=uuid7(),
            notice="staff_roles_changed",
            contact=Contact(given_name=member.name, family_name="", email=member.email),
            details={"roles": ", ".join(roles).replace("_", " "), "by": by.name or ""},
            at=context(session).clock.now(),
        ),
    )
