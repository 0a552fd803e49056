"""Recovery codes: kept on paper, each gets its owner in once when the device is lost."""

import hmac
import secrets

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import RecoveryCode
from shared.context import context
from shared.ids import ALPHABET, uuid7
from shared.rows import insert_new

HOW_MANY = 10
# Three groups of four characters: 60 random bits, beyond guessing at a throttled door.
_GROUPS, _LENGTH = 3, 4


async def new_recovery_codes(session: AsyncSession, kind: str, subject: str) -> list[str]:
    """Make an account's codes anew and return them, once; those of before are void."""
    await forget_recovery_codes(session, kind, subject)
    codes = [_new() for _ in range(HOW_MANY)]
    now = context(session).clock.now()
    rows = [
        {
            "id": uuid7(),
            "kind": kind,
            "subject": subject,
            "code_hash": _hashes(session, kind, subject, code)[0],
            "created_at": now,
        }
        for code in codes
    ]
    await insert_new(session, RecoveryCode, rows)
    return codes


async def use_recovery_code(session: AsyncSession, kind: str, subject: str, code: str) -> bool:
    """Use a code up; tell whether it was one."""
    used = await session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash.in_(_hashes(session, kind, subject, code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=context(session).clock.now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


async def recovery_codes_left(session: AsyncSession, kind: str, subject: str) -> int:
    """Return how many codes an account has left."""
    left = select(func.count()).where(
        RecoveryCode.kind == kind, RecoveryCode.subject == subject, RecoveryCode.used_at.is_(None)
    )
    return await session.scalar(left) or 0


async def forget_recovery_codes(session: AsyncSession, kind: str, subject: str) -> None:
    """Void an account's codes."""
    await session.execute(
        delete(RecoveryCode).where(RecoveryCode.kind == kind, RecoveryCode.subject == subject)
    )


def _new() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def _hashes(session: AsyncSession, kind: str, subject: str, code: str) -> list[str]:
    # Under the secret that counts now, and under the one before it.
    typed = "".join(character for character in code.upper() if character.isalnum())
    body = f"{kind}\0{subject}\0{typed}".encode("utf-8", "surrogatepass")
    keys = (
        f"certtrack recovery codes\0{secret}".encode()
        for secret in context(session).settings.own_secrets
    )
    return [hmac.digest(key, body, "sha256").hex() for key in keys]
