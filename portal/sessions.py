"""A visitor's session: sealed in a cookie that the browser can carry but not read."""

import asyncio
import hashlib
import json
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.gateway import Gateway, Json
from shared.clock import Clock

SEALING = ["dir", "A256GCM"]
EARLY = timedelta(seconds=30)
REMEMBERED_SECONDS = 60.0
SEALS_REMEMBERED = 500

Kind = Literal["candidate", "staff"]


class Session(BaseModel):
    """Who is signed in, and the tokens that speak for them at the gateway."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    subject: str
    name: str = ""
    programme: str | None = None
    programmes: frozenset[str] = frozenset()
    access: str
    access_until: datetime
    refresh: str
    sid: str = Field(default_factory=lambda: secrets.token_urlsafe(12))

    @classmethod
    def opened(cls, answer: Json, now: datetime) -> "Session":
        """Make a session from identity's answer to a sign-in."""
        principal = answer["principal"]
        return cls(
            kind=principal["kind"],
            subject=principal["subject"],
            name=principal.get("name") or "",
            programme=principal.get("programme"),
            programmes=frozenset(principal.get("programmes") or ()),
            access=answer["access_token"],
            access_until=now + timedelta(seconds=answer["expires_in"]),
            refresh=answer["refresh_token"],
        )

    def renewed(self, answer: Json, now: datetime) -> "Session":
        """Return the same session with fresh tokens."""
        return self.model_copy(
            update={
                "access": answer["access_token"],
                "access_until": now + timedelta(seconds=answer["expires_in"]),
                "refresh": answer["refresh_token"],
            }
        )

    def scopes_in(self, programme: str) -> frozenset[str]:
        """What the token allows in a programme: pages leave out what the API would refuse."""
        parts = self.access.split(".")
        try:
            claims = json.loads(urlsafe_b64decode(parts[1] + "=="))
            less = (claims.get("grants") or {}).get(programme)
            return frozenset(str(claims["scope"]).split() if less is None else less)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            return frozenset()

    def stale(self, clock: Clock) -> bool:
        """Whether the access token has run out, or is about to."""
        return clock.now() >= self.access_until - EARLY

    def opens(self, kind: Kind, programme: str) -> bool:
        """Whether this session may be used for a programme's pages of one kind."""
        if self.kind != kind:
            return False
        return self.programme == programme if kind == "candidate" else programme in self.programmes


class Seal:
    """Encrypts and authenticates sessions (JWE, direct A256GCM): any instance can open them."""

    def __init__(self, key: bytes) -> None:
        """Take 32 bytes of key."""
        self._key = OctKey.import_key(key)
        # What a seal holds never changes, and a browser sends the same one with every request.
        self._opened: dict[str, Session] = {}

    def close(self, session: Session) -> str:
        """Return the sealed session, fit for a cookie."""
        body = session.model_dump(mode="json")
        body["access_until"] = int(session.access_until.timestamp())
        plain = json.dumps(body, separators=(",", ":"))
        return jwe.encrypt_compact(
            {"alg": "dir", "enc": "A256GCM"}, plain, self._key, algorithms=SEALING
        )

    def open(self, sealed: str | None) -> Session | None:
        """Return the session, or None when there is none or the seal is broken."""
        if not sealed:
            return None
        if known := self._opened.get(sealed):
            return known
        try:
            opened = jwe.decrypt_compact(sealed, self._key, algorithms=SEALING)
            body = json.loads(opened.plaintext or b"null")
            body["access_until"] = datetime.fromtimestamp(body["access_until"], UTC)
            session = Session.model_validate(body)
        except (JoseError, ValidationError, ValueError, KeyError, TypeError):
            return None
        if len(self._opened) >= SEALS_REMEMBERED:
            self._opened.clear()
        self._opened[sealed] = session
        return session


class Refresher:
    """Exchanges each refresh token once, however many requests of one browser need it.

    Refresh tokens rotate and a second use ends the session, yet a page and the two tabs beside
    it arrive together with the same cookie: they share one exchange and its answer.
    """

    def __init__(self, gateway: Gateway) -> None:
        """Take the gateway that identity is behind."""
        self._gateway = gateway
        self._exchanges: dict[bytes, asyncio.Task[Json]] = {}

    async def exchange(self, refresh_token: str) -> Json:
        """Return identity's answer for a refresh token.

        Raises ApiProblem when the session has ended, GatewayAway when nobody answers.
        """
        key = hashlib.sha256(refresh_token.encode()).digest()
        task = self._exchanges.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(refresh_token))
            self._exchanges[key] = task
            task.add_done_callback(self._forgetting(key))
        return await asyncio.shield(task)

    async def _ask(self, refresh_token: str) -> Json:
        body = {"refresh_token": refresh_token}
        answer = await self._gateway.call("POST", "identity/sessions/refresh", json=body)
        return answer.json()

    def _forgetting(self, key: bytes) -> Callable[[asyncio.Task[Json]], None]:
        def forget(task: asyncio.Task[Json]) -> None:
            failed = task.cancelled() or task.exception() is not None
            delay = 0.0 if failed else REMEMBERED_SECONDS
            asyncio.get_running_loop().call_later(delay, self._exchanges.pop, key, None)

        return forget
