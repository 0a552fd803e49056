"""People who work for programmes."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key, is_email
from services.identity.domain.scopes import STAFF_SCOPES
from services.identity.errors import AlreadyThere
from services.identity.handlers.clients import refuse_unknown
from services.identity.handlers.sign_in import refuse_weak
from services.identity.models import StaffMember
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
    scopes: Collection[str] = tuple(STAFF_SCOPES),
) -> UUID:
    """Create a staff member and return their id.

    Raises AlreadyThere, PasswordRefused, and Unprocessable for an unknown programme or scope.
    """
    here = context(session)
    refuse_unknown(session, programmes, scopes, STAFF_SCOPES)
    if not is_email(email.strip()):
        problem = FieldError(field="email", message=f"{email!r} is not an e-mail address")
        raise Unprocessable("The e-mail address is not one.", errors=[problem])
    refuse_weak(
        password,
        shortest=here.settings.password_min_length,
        context=[email, email.partition("@")[0], name],
    )
    staff_id = uuid7()
    row = {
        "id": staff_id,
        "email": email.strip(),
        "email_key": email_key(email),
        "name": name,
        "password_hash": await passwords_of(here).hash(password),
        "programmes": sorted(programmes),
        "scopes": sorted(scopes),
        "active": True,
        "created_at": here.clock.now(),
    }
    if not await insert_new(
        session, StaffMember, [row], conflict=["email_key"], returning=["email_key"]
    ):
        raise AlreadyThere(f"there is a staff member {email!r} already")
    return staff_id
