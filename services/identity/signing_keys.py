"""The keys that sign access tokens: made, encrypted, published and rotated here."""

import hashlib
import time
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import SigningKey
from services.identity.settings import IdentitySettings
from shared.context import ServiceContext, context
from shared.ids import uuid7
from shared.logs import log
from shared.rows import insert_new

_CACHED_SECONDS = 60.0
# A verifier's clock may be behind, and a token may be in flight.
_GRACE = timedelta(hours=1)


class SigningKeys:
    """Gives the key that signs now; several instances of identity share the table."""

    def __init__(self, here: ServiceContext) -> None:
        self._here = here
        self._current: ECKey | None = None
        self._looked = 0.0

    async def current(self) -> ECKey:
        """Return the private key that signs at this moment; makes the first one."""
        if self._current is None or time.monotonic() - self._looked > _CACHED_SECONDS:
            async with self._here.database.reading() as session:
                key = await _signer(session)
            if key is None:
                async with self._here.database.transaction() as session:
                    await rotate(session)
                    key = await _signer(session)
            if key is None:
                raise RuntimeError("there is no signing key although one was just made")
            self._current, self._looked = key, time.monotonic()
        return self._current


def signing_keys_of(here: ServiceContext) -> SigningKeys:
    """Return the running service's signing keys."""
    if "signing_keys" not in here.extras:
        here.extras["signing_keys"] = SigningKeys(here)
    keys: SigningKeys = here.extras["signing_keys"]
    return keys


async def published_keys(session: AsyncSession) -> dict[str, Any]:
    """Return the JWKS document: keys that signed, sign or are about to sign."""
    now = context(session).clock.now()
    keys = await session.scalars(
        select(SigningKey.public_jwk)
        .where(SigningKey.published_until > now)
        .order_by(SigningKey.generation.desc())
    )
    return {"keys": list(keys)}


async def rotate(session: AsyncSession) -> None:
    """Publish the next key ahead of its time, end keys whose time is over.

    Where no key can sign at this moment, the new one signs at once.
    """
    here = context(session)
    settings: IdentitySettings = here.settings
    now = here.clock.now()
    newest = await session.scalar(
        select(SigningKey).order_by(SigningKey.generation.desc()).limit(1)
    )
    overlap = timedelta(days=settings.signing_key_overlap_days)
    none_signs = await _signer(session) is None
    if newest is None or none_signs or newest.signs_until - overlap <= now:
        starts = now if newest is None or none_signs else max(now, newest.signs_until)
        row = _new_key(settings, now, starts, (newest.generation if newest else 0) + 1)
        await insert_new(session, SigningKey, [row], conflict=["generation"])
    # A private key that no longer signs has no business being anywhere.
    await session.execute(
        update(SigningKey).where(SigningKey.signs_until <= now).values(private_jwe="")
    )
    await session.execute(delete(SigningKey).where(SigningKey.published_until <= now))


def _new_key(
    settings: IdentitySettings, now: datetime, starts: datetime, generation: int
) -> dict[str, Any]:
    kid = str(uuid7())
    key = ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"}, private=True)
    ends = starts + timedelta(days=settings.signing_key_days)
    sealed = jwe.encrypt_compact(
        {"alg": "dir", "enc": "A256GCM"}, key.as_pem(private=True), _sealing_key(settings)
    )
    log.info("signing key made", service="identity", kid=kid, signs_from=starts.isoformat())
    return {
        "kid": kid,
        "generation": generation,
        "public_jwk": key.as_dict(private=False),
        "private_jwe": sealed,
        "created_at": now,
        "signs_from": starts,
        "signs_until": ends,
        "published_until": ends + settings.longest_access + _GRACE,
    }


def _sealing_key(settings: IdentitySettings) -> OctKey:
    secret = settings.key_encryption_secret.get_secret_value()
    return OctKey.import_key(hashlib.sha256(f"certtrack signing keys\0{secret}".encode()).digest())


async def _signer(session: AsyncSession) -> ECKey | None:
    here = context(session)
    now = here.clock.now()
    rows = await session.scalars(
        select(SigningKey)
        .where(SigningKey.signs_from <= now, SigningKey.signs_until > now)
        .order_by(SigningKey.generation.desc())
    )
    for row in rows:
        try:
            opened = jwe.decrypt_compact(row.private_jwe, _sealing_key(here.settings))
        except (JoseError, ValueError):
            # Sealed under another secret: that key stays published, a new one will sign.
            log.warning("signing key cannot be opened", service="identity", kid=row.kid)
            continue
        return ECKey.import_key(opened.plaintext or b"", {"kid": row.kid, "use": "sig"})
    return None
