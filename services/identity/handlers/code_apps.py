"""Apps that make one-time codes (TOTP, RFC 6238)."""

import hashlib
from typing import NamedTuple

import pyotp
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import FactorNotThere
from services.identity.models import CodeApp
from services.identity.settings import IdentitySettings
from shared.context import context
from shared.ids import uuid7
from shared.logs import log
from shared.rows import upsert

_SEALING = {"alg": "dir", "enc": "A256GCM"}
# A phone's clock may be off, and typing takes a moment (RFC 6238, section 5.2): one step each way.
_STEPS_OFF = 1


class Secret(NamedTuple):
    """A new secret, as text to type and as address to scan."""

    text: str
    uri: str


async def begin_code_app(
    session: AsyncSession, kind: str, subject: str, *, login: str, site_name: str
) -> Secret:
    """Make a secret for an app; it counts once a code made from it has been typed.

    An app that counts already stays, and its secret, until then.
    """
    secret = pyotp.random_base32()
    row = {
        "id": uuid7(),
        "kind": kind,
        "subject": subject,
        "pending_jwe": _seal(context(session).settings, secret),
        "secret_jwe": None,
        "confirmed_at": None,
        "last_step": 0,
        "created_at": context(session).clock.now(),
    }
    await upsert(session, CodeApp, [row], key=["kind", "subject"], update=["pending_jwe"])
    uri = pyotp.TOTP(secret, name=login, issuer=site_name).provisioning_uri()
    return Secret(secret, uri)


async def confirm_code_app(session: AsyncSession, kind: str, subject: str, code: str) -> bool:
    """Have a new secret count, if the code was made from it; raises FactorNotThere without one."""
    app = await _app(session, kind, subject)
    if app is None or app.pending_jwe is None:
        raise FactorNotThere("There is no app to confirm. Please begin again.")
    step = _step_of(session, app.pending_jwe, code)
    if step is None:
        return False
    now = context(session).clock.now()
    app.secret_jwe, app.pending_jwe = app.pending_jwe, None
    app.confirmed_at, app.last_step, app.last_used_at = now, step, now
    return True


async def has_code_app(session: AsyncSession, kind: str, subject: str) -> bool:
    """Tell whether an account has an app that counts."""
    app = await _app(session, kind, subject)
    return app is not None and app.secret_jwe is not None


async def check_code(session: AsyncSession, kind: str, subject: str, code: str) -> bool:
    """Tell whether a code is right now, and use it up: none is taken twice (section 5.2)."""
    app = await _app(session, kind, subject)
    if app is None or app.secret_jwe is None:
        return False
    step = _step_of(session, app.secret_jwe, code)
    if step is None:
        return False
    taken = await session.scalar(
        update(CodeApp)
        .where(CodeApp.id == app.id, CodeApp.last_step < step)
        .values(last_step=step, last_used_at=context(session).clock.now())
        .returning(CodeApp.id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


async def remove_code_app(session: AsyncSession, kind: str, subject: str) -> bool:
    """Take an account's app away; return whether it counted."""
    counted = await has_code_app(session, kind, subject)
    await session.execute(delete(CodeApp).where(CodeApp.kind == kind, CodeApp.subject == subject))
    return counted


async def _app(session: AsyncSession, kind: str, subject: str) -> CodeApp | None:
    app: CodeApp | None = await session.scalar(
        select(CodeApp)
        .where(CodeApp.kind == kind, CodeApp.subject == subject)
        .execution_options(populate_existing=True)
    )
    return app


def _step_of(session: AsyncSession, sealed: str, code: str) -> int | None:
    typed = "".join(code.split())
    here = context(session)
    secret = _open(here.settings, sealed)
    if secret is None or not typed.isascii():
        return None
    totp = pyotp.TOTP(secret)
    try:
        return totp.verify_and_get_timecode(
            typed, for_time=here.clock.now(), valid_window=_STEPS_OFF
        )
    except OTPVerificationError:
        return None


def _seal(settings: IdentitySettings, secret: str) -> str:
    return jwe.encrypt_compact(_SEALING, secret, _key(settings.own_secrets[0]))


def _open(settings: IdentitySettings, sealed: str) -> str | None:
    for secret in settings.own_secrets:
        try:
            return (jwe.decrypt_compact(sealed, _key(secret)).plaintext or b"").decode()
        except (JoseError, ValueError):
            continue
    log.warning("a code app cannot be opened", service="identity")
    return None


def _key(secret: str) -> OctKey:
    return OctKey.import_key(hashlib.sha256(f"certtrack code apps\0{secret}".encode()).digest())
