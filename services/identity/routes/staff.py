"""Staff: who works for a programme, and what they may do there."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.identity import staff_queries
from services.identity.domain.roles import ADMINISTERS, ROLES
from services.identity.errors import UnknownProgramme, UnknownStaffMember
from services.identity.handlers import staff_roles
from services.identity.handlers.account_care import reset_staff_factors
from services.identity.routes.recent import require_recent
from services.identity.schemas import (
    Reasoned,
    RoleOut,
    StaffInvitation,
    StaffMemberOut,
    StaffRoles,
)
from shared.auth import Principal, staff
from shared.context import ServiceContext
from shared.web import Here, Read, Write

router = APIRouter(prefix="/staff", tags=["staff"])
Reader = Annotated[Principal, staff(ADMINISTERS)]
ProgrammeQuery = Annotated[str, Query(max_length=40)]


async def _recently(principal: Reader, here: Here) -> Principal:
    return await require_recent(principal, here)


# Who gives and takes rights has just proven who they are.
Administrator = Annotated[Principal, Depends(_recently)]


@router.get("/roles")
async def list_roles(reader: Reader, programme: ProgrammeQuery) -> list[RoleOut]:
    """Return the roles that there are, what each allows, and whether the caller can give it."""
    reader.may_see(programme)
    return [
        RoleOut(
            role=role,
            scopes=sorted(scopes),
            yours_to_give=all(reader.has(programme, scope) for scope in scopes),
        )
        for role, scopes in ROLES.items()
    ]


@router.get("/members")
async def list_members(
    reader: Reader, here: Here, session: Read, programme: ProgrammeQuery
) -> list[StaffMemberOut]:
    """Return those who work for a programme, by name."""
    reader.may_see(programme)
    rows = await staff_queries.members(session, reader, programme, here.clock.now())
    return [StaffMemberOut.model_validate(row) for row in rows]


@router.post("/members", status_code=201)
async def invite_member(
    body: StaffInvitation, by: Administrator, here: Here, session: Write
) -> StaffMemberOut:
    """Let somebody work for a programme; they are mailed how to get in.

    Nobody gives what they do not have themselves.
    """
    by.may_see(body.programme)
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {body.programme!r}.")
    member = await staff_roles.invite(
        session,
        by,
        programme=body.programme,
        email=body.email,
        name=body.name,
        roles=body.roles,
    )
    return await _shown(session, here, by, body.programme, member.id)


@router.get("/members/{programme}/{staff_id}")
async def show_member(
    programme: str, staff_id: UUID, reader: Reader, here: Here, session: Read
) -> StaffMemberOut:
    """Return one who works for a programme."""
    reader.may_see(programme)
    return await _shown(session, here, reader, programme, staff_id)


@router.put("/members/{programme}/{staff_id}/roles", status_code=204)
async def set_roles(
    programme: str, staff_id: UUID, body: StaffRoles, by: Administrator, session: Write
) -> None:
    """Give a member exactly these roles in a programme; none: they no longer work for it.

    Takes effect when their access token runs out, within minutes. 409 for one's own roles and for
    those of the last administrator.
    """
    by.may_see(programme)
    await staff_roles.set_roles(session, by, programme, staff_id, body.roles)


@router.post("/members/{programme}/{staff_id}/link", status_code=202)
async def send_link(
    programme: str, staff_id: UUID, by: Administrator, here: Here, session: Write
) -> StaffMemberOut:
    """Mail a member a fresh link for setting the password; the ones before end."""
    by.may_see(programme)
    await staff_roles.send_link_again(session, by, programme, staff_id)
    return await _shown(session, here, by, programme, staff_id)


@router.post("/members/{programme}/{staff_id}/deactivate")
async def deactivate_member(
    programme: str, staff_id: UUID, body: Reasoned, by: Administrator, here: Here, session: Write
) -> StaffMemberOut:
    """Keep a member out of everything; sessions and links end at once."""
    by.may_see(programme)
    await staff_roles.deactivate(session, by, programme, staff_id, body.reason)
    return await _shown(session, here, by, programme, staff_id)


@router.post("/members/{programme}/{staff_id}/activate")
async def activate_member(
    programme: str, staff_id: UUID, body: Reasoned, by: Administrator, here: Here, session: Write
) -> StaffMemberOut:
    """Let a deactivated member in again, with the roles they had."""
    by.may_see(programme)
    await staff_roles.activate(session, by, programme, staff_id, body.reason)
    return await _shown(session, here, by, programme, staff_id)


@router.post("/members/{programme}/{staff_id}/second-factors/reset")
async def reset_second_factors(
    programme: str, staff_id: UUID, body: Reasoned, by: Administrator, here: Here, session: Write
) -> StaffMemberOut:
    """Take away a member's passkeys, code app and recovery codes, for one who has lost them.

    Sessions end; the member is told by mail.
    """
    by.may_see(programme)
    await reset_staff_factors(session, by, programme, staff_id, body.reason)
    return await _shown(session, here, by, programme, staff_id)


async def _shown(
    session: Read, here: ServiceContext, by: Principal, programme: str, staff_id: UUID
) -> StaffMemberOut:
    rows = await staff_queries.members(session, by, programme, here.clock.now(), staff_id)
    if not rows:
        raise UnknownStaffMember(f"Nobody with this id works for {programme}.")
    return StaffMemberOut.model_validate(rows[0])
