"""Tokens: ES256 JWTs from identity, verified by every service by itself (RFC 7519, RFC 9068)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Annotated, Any, Literal, cast

import httpx2
from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from shared.addresses import Address, Network
from shared.errors import Forbidden, Unauthorized, Unavailable
from shared.requests import address_of

ISSUER = "certtrack"
AUDIENCE = "certtrack"
ALGORITHM = "ES256"
LEEWAY_SECONDS = 5
_REFETCH_SECONDS = 5.0
_REMEMBERED = 2_000

Kind = Literal["candidate", "staff", "vendor", "internal"]


@dataclass(frozen=True)
class Principal:
    """Who is asking, as their token says."""

    kind: Kind
    subject: str
    programme: str | None = None
    programmes: frozenset[str] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)
    # Programmes in which less than `scopes` is allowed, and what is.
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    vendor: str | None = None
    name: str | None = None
    # Of people: the session, when they last proved to be the account's owner, and with what
    # (RFC 8176 values, and fed and mail).
    session_id: str | None = None
    authenticated_at: datetime | None = None
    methods: frozenset[str] = field(default_factory=frozenset)
    # Staff who have yet to set up a second factor, and may do nothing else.
    limited: bool = False
    # Empty: from anywhere.
    addresses: tuple[Network, ...] = ()

    def may_see(self, programme: str) -> None:
        """Raise Forbidden if a programme is not among the caller's."""
        if programme != self.programme and programme not in self.programmes:
            raise Forbidden(f"your token is not for the programme {programme!r}")

    def has(self, programme: str, scope: str) -> bool:
        """Tell whether the caller has a scope in a programme: one of another does not count."""
        known = programme == self.programme or programme in self.programmes
        return known and scope in self.grants.get(programme, self.scopes)

    def may(self, programme: str, scope: str) -> None:
        """Raise Forbidden unless the caller has a scope in a programme."""
        self.may_see(programme)
        if not self.has(programme, scope):
            raise Forbidden(f"the access token lacks the scope {scope!r} in {programme!r}")

    def within(self, scope: str) -> "Principal":
        """Return the caller with only the programmes in which they have a scope.

        Raises Forbidden if there is none.
        """
        if scope not in self.scopes:
            raise Forbidden(f"the access token lacks the scope {scope!r}")
        if not self.grants:
            return self
        kept = frozenset(name for name in self.programmes if self.has(name, scope))
        return replace(self, programmes=kept)

    def may_come_from(self, address: Address | None) -> None:
        """Raise Forbidden unless the caller may ask from this address; None: it is not known."""
        if self.addresses and not any(
            address is not None and address in network for network in self.addresses
        ):
            raise Forbidden(f"{self.subject} may not ask from the address {address}")


def sign(claims: Mapping[str, Any], key: ECKey) -> str:
    """Return a signed token; used by identity, and by tests in its place."""
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}, dict(claims), key)


class Keys:
    """The public keys that tokens are verified with.

    source: returns identity's JWKS document; asked again when a token names an unknown key.
    """

    def __init__(self, source: Callable[[], Awaitable[Mapping[str, Any]]]) -> None:
        self._source = source
        self._keys: KeySet | None = None
        self._fetched = 0.0
        self._lock = asyncio.Lock()
        # Verifying costs 0.2 ms; a machine posts many requests with one token.
        self._verified: dict[str, tuple[float, Principal]] = {}

    @classmethod
    def at(cls, url: str) -> "Keys":
        """Return keys fetched over HTTP."""

        async def fetch() -> Mapping[str, Any]:
            async with httpx2.AsyncClient(timeout=5) as client:
                answer = await client.get(url)
                answer.raise_for_status()
                return cast(Mapping[str, Any], answer.json())

        return cls(fetch)

    async def verify(self, token: str) -> Principal:
        """Return who a token speaks for; raise Unauthorized if it is not valid now."""
        known = self._verified.get(token)
        if known is not None and known[0] > time.time():
            return known[1]
        keys = await self._current(refetch=False)
        try:
            decoded = jwt.decode(token, keys, algorithms=[ALGORITHM])
        except (JoseError, ValueError):
            keys = await self._current(refetch=True)
            try:
                decoded = jwt.decode(token, keys, algorithms=[ALGORITHM])
            except (JoseError, ValueError) as error:
                raise _unauthorized("the access token is not valid") from error
        principal = _principal(decoded.claims)
        if len(self._verified) >= _REMEMBERED:
            self._verified.clear()
        self._verified[token] = (float(decoded.claims["exp"]), principal)
        return principal

    async def _current(self, *, refetch: bool) -> KeySet:
        async with self._lock:
            stale = time.monotonic() - self._fetched > _REFETCH_SECONDS
            if self._keys is None or (refetch and stale):
                try:
                    self._keys = KeySet.import_key_set(cast(Any, await self._source()))
                except (httpx2.HTTPError, OSError) as fault:
                    if self._keys is None:
                        raise Unavailable(
                            "the keys for checking tokens can't be fetched"
                        ) from fault
                self._fetched = time.monotonic()
            return self._keys


def _principal(claims: Mapping[str, Any]) -> Principal:
    expected = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": AUDIENCE},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        expected.validate(dict(claims))
    except JoseError as error:
        raise _unauthorized("the access token has expired or is not for this product") from error
    kind = claims.get("kind")
    if kind not in ("candidate", "staff", "vendor", "internal"):
        raise _unauthorized("the access token does not say whom it is for")
    return Principal(
        kind=kind,
        subject=str(claims["sub"]),
        programme=claims.get("programme"),
        programmes=frozenset(claims.get("programmes") or ()),
        scopes=frozenset(str(claims.get("scope") or "").split()),
        grants={
            str(name): frozenset(scopes) for name, scopes in (claims.get("grants") or {}).items()
        },
        vendor=claims.get("vendor"),
        name=claims.get("name"),
        session_id=claims.get("sid"),
        authenticated_at=_instant(claims.get("auth_time")),
        methods=frozenset(claims.get("amr") or ()),
        limited=bool(claims.get("limited")),
        addresses=tuple(ip_network(one) for one in claims.get("addresses") or ()),
    )


def _instant(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


def _unauthorized(detail: str) -> Unauthorized:
    return Unauthorized(detail, headers={"WWW-Authenticate": 'Bearer realm="certtrack"'})


class SecondFactorMissing(Forbidden):
    """A staff member without a second factor asks for more than setting one up."""

    slug, title = "second-factor-setup-required", "Set up a second factor first"


def kinds_of(audience: str) -> list[str]:
    """Return the kinds of caller that an audience is made of.

    An owner is whoever signs in, candidate or staff, about their own account and nothing else:
    there it matters neither what their scopes are nor for which programme they work.
    """
    return ["candidate", "staff"] if audience == "owner" else audience.split("-or-")


class Audience(SecurityBase):
    """Whom an operation is for: a dependency that lets only them in.

    limited_too: also staff who have yet to set up a second factor. The name of the audience
    appears in the OpenAPI document, where a test reads it and tries everybody else.
    """

    def __init__(
        self,
        kind: Kind | Literal["public", "owner", "vendor-or-staff", "candidate-or-staff"],
        scope: str | None,
        *,
        limited_too: bool = False,
    ) -> None:
        self.kind = kind
        self.limited_too = limited_too
        self.scope = scope
        self.scheme_name = f"{kind}:{scope}" if scope else kind
        self.model = HTTPBearerModel(bearerFormat="JWT")
        self.auto_error = True

    async def __call__(self, request: Request) -> Principal | None:
        """Return who is asking; raise Unauthorized or Forbidden."""
        if self.kind == "public":
            return None
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorized("send an access token: Authorization: Bearer …")
        keys: Keys = request.app.state.keys
        principal = await keys.verify(token.strip())
        # For whatever keeps a record of the request, refused or not.
        request.state.principal = principal
        if principal.addresses:
            principal.may_come_from(address_of(request))
        if principal.kind not in kinds_of(self.kind):
            raise Forbidden(f"this is for a {self.kind.replace('-', ' ')}, not a {principal.kind}")
        if principal.limited and not self.limited_too:
            raise SecondFactorMissing("Staff sign in with two factors here, and you have one.")
        # Narrowed to the programmes in which the scope is theirs, so that whatever asks for the
        # caller's programmes afterwards cannot reach another one with it.
        return principal if self.scope is None else principal.within(self.scope)


def anyone() -> Any:
    """Declare an operation public."""
    return Depends(Audience("public", None))


def staff(scope: str) -> Any:
    """Let in programme staff with a scope."""
    return Depends(Audience("staff", scope))


def vendor(scope: str) -> Any:
    """Let in a testing vendor's machine with a scope."""
    return Depends(Audience("vendor", scope))


Candidate = Annotated[Principal, Depends(Audience("candidate", None))]
Staff = Annotated[Principal, Depends(Audience("staff", None))]
# Whoever signs in, about their own account.
AccountOwner = Annotated[Principal, Depends(Audience("owner", None, limited_too=True))]
Vendor = Annotated[Principal, Depends(Audience("vendor", None))]
