"""People who work for programmes."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key, is_email
from services.identity.domain.roles import ROLES
from services.identity.domain.scopes import STAFF_SCOPES
from services.identity.errors import AlreadyThere
from services.identity.handlers.clients import refuse_unknown
from services.identity.handlers.credentials import refuse_weak
from services.identity.models import StaffMember, StaffRole
from services.identity.passwords import passwords_of
from shared.context import context
from shared.errors import FieldError, Unprocessable
from shared.ids import uuid7
from shared.rows import insert_new


async def create_staff(
    session: AsyncSession,
    *,
    email: str,
    name: str,
    password: str,
    programmes: Collection[str],
    scopes: Collection[str] = (),
    roles: Collection[str] = ("administrator",),
) -> UUID:
    """Create a staff member with a password and return their id.

    roles: in each of the programmes; scopes: instead of roles, what is allowed one by one.
    Raises AlreadyThere, PasswordRefused, and Unprocessable for an unknown programme, role or
    scope.
    """
    here = context(session)
    refuse_unknown(session, programmes, scopes, STAFF_SCOPES)
    refuse_unknown_roles(roles)
    refuse_no_email(email)
    refuse_weak(
        password,
        shortest=here.settings.password_min_length,
        context=[email, email.partition("@")[0], name],
    )
    password_hash = await passwords_of(here).hash(password)
    staff_id = await add_member(
        session,
        email=email,
        name=name,
        password_hash=password_hash,
        programmes=programmes if scopes else (),
        scopes=scopes,
    )
    if not scopes:
        await give_roles(session, staff_id, ((one, role) for one in programmes for role in roles))
    return staff_id


async def add_member(
    session: AsyncSession,
    *,
    email: str,
    name: str,
    password_hash: str | None = None,
    programmes: Collection[str] = (),
    scopes: Collection[str] = (),
) -> UUID:
    """Add a staff member who has no role yet; raise AlreadyThere for a known address."""
    staff_id = uuid7()
    row = {
        "id": staff_id,
        "email": email.strip(),
        "email_key": email_key(email),
        "name": name,
        "password_hash": password_hash,
        "programmes": sorted(programmes),
        "scopes": sorted(scopes),
        "active": True,
        "created_at": context(session).clock.now(),
    }
    if not await insert_new(
        session, StaffMember, [row], conflict=["email_key"], returning=["email_key"]
    ):
        raise AlreadyThere(f"there is a staff member {email!r} already")
    return staff_id


async def give_roles(
    session: AsyncSession, staff_id: UUID, roles: Iterable[tuple[str, str]]
) -> None:
    """Give a member roles, as pairs of programme and role; those already there stay."""
    now = context(session).clock.now()
    rows = [
        {"staff_id": staff_id, "programme": programme, "role": role, "given_at": now}
        for programme, role in roles
    ]
    await insert_new(session, StaffRole, rows)


def refuse_unknown_roles(roles: Collection[str]) -> None:
    """Raise Unprocessable, naming the field, for roles that there are not."""
    errors = [
        FieldError(field="roles", message=f"there is no role {one!r}; {', '.join(ROLES)}")
        for one in sorted(set(roles) - set(ROLES))
    ]
    if errors:
        raise Unprocessable("; ".join(error.message for error in errors), errors=errors)


def refuse_no_email(email: str) -> None:
    """Raise Unprocessable, naming the field, for what is no e-mail address."""
    if not is_email(email.strip()):
        problem = FieldError(field="email", message=f"{email!r} is not an e-mail address")
        raise Unprocessable("The e-mail address is not one.", errors=[problem])
