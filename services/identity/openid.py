"""OpenID Connect as a relying party: the authorization code flow with PKCE, and nothing else.

The one place that speaks to providers. Whom an account there stands for is decided elsewhere.
"""

import asyncio
import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import quote_plus, urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.identity.domain.external_accounts import ExternalAccount, account_of
from services.identity.errors import ProviderAway, ProviderRefused, UnknownProvider
from services.identity.settings import IdentitySettings, ProviderClient
from shared.clock import Clock
from shared.context import ServiceContext
from shared.errors import StartRefused
from shared.logs import log
from shared.programmes import IdentityProvider, Programme, Programmes

# Only what is signed with the provider's own key: a shared secret could be ours or a stranger's.
_ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "Ed25519")
_LEEWAY_SECONDS = 60
_PATIENCE_SECONDS = 5.0
# How long a discovery document and keys are good; unknown keys are asked for earlier.
_FRESH = timedelta(hours=1)
# Tokens that name keys which nobody has must not make us ask a provider all the time.
_ASK_AGAIN = timedelta(seconds=10)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Binding:
    """What ties the answer of a provider to the browser that was sent there.

    All three are made from one secret, which only the browser keeps: nothing that is stored here
    could finish somebody else's sign-in.
    """

    secret: str

    @property
    def state(self) -> str:
        """What comes back with the answer."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What the ID token must repeat."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """The code verifier (RFC 7636, section 4.1): 43 characters."""
        return self._derived("verifier")

    def _derived(self, what: str) -> str:
        digest = hmac.digest(self.secret.encode(), f"certtrack {what}".encode(), hashlib.sha256)
        return urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(slots=True)
class _Known:
    """What a provider has said about itself."""

    document: Mapping[str, Any]
    asked_at: datetime
    keys: KeySet | None = None
    keys_asked_at: datetime | None = None


class Providers:
    """The providers of all programmes that we are registered with.

    Raises StartRefused when the settings name one that no programme has.
    """

    def __init__(self, settings: IdentitySettings, programmes: Programmes, clock: Clock) -> None:
        self._settings = settings
        self._programmes = programmes
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        for name in settings.provider_clients:
            programme, _, provider = name.partition("/")
            if programme not in programmes or provider not in programmes[programme].providers:
                raise StartRefused(
                    f"CERTTRACK_PROVIDER_CLIENTS names {name!r}, and no programme's sign_in.yaml "
                    "has that provider; expected <programme>/<provider>"
                )

    def offered(self, programme: Programme) -> list[IdentityProvider]:
        """Return a programme's providers that we are registered with, in the file's order."""
        return [one for one in programme.providers.values() if self._client(programme.id, one.id)]

    def find(self, programme_id: str, provider_id: str) -> IdentityProvider:
        """Return one that is offered; raise UnknownProvider."""
        programme = self._programmes.get(programme_id)
        provider = programme.providers.get(provider_id) if programme is not None else None
        if provider is None or self._client(programme_id, provider_id) is None:
            raise UnknownProvider(f"{provider_id!r} is not a way to sign in to {programme_id!r}.")
        return provider

    async def authorization_url(self, programme_id: str, provider_id: str, binding: Binding) -> str:
        """Return where to send the browser; raise ProviderAway."""
        provider = self.find(programme_id, provider_id)
        document = (await self._discover(programme_id, provider)).document
        async with self._speaking(programme_id, provider) as client:
            address, _ = client.create_authorization_url(
                document["authorization_endpoint"],
                state=binding.state,
                nonce=binding.nonce,
                code_verifier=binding.verifier,
                # Whoever has just signed in there may change how they sign in here, so it must
                # have been just now, and not the work of a cookie from last week.
                max_age=self._max_age,
            )
        return str(address)

    async def check_issuer(self, programme_id: str, provider_id: str, issuer: str | None) -> None:
        """Refuse an answer of another provider than the one that was asked (RFC 9207).

        Raises ProviderRefused, also when a provider that always names itself did not.
        """
        provider = self.find(programme_id, provider_id)
        document = (await self._discover(programme_id, provider)).document
        names_itself = document.get("authorization_response_iss_parameter_supported") is True
        if issuer is None and not names_itself:
            return
        if issuer != self.issuer(programme_id, provider):
            raise ProviderRefused(
                f"The answer did not come from {provider.name}.", reason="wrong_issuer"
            )

    async def account(
        self, programme_id: str, provider_id: str, code: str, binding: Binding
    ) -> ExternalAccount:
        """Exchange a code for the account of whoever signed in there.

        Raises ProviderAway, and ProviderRefused for a code or an ID token that is not good.
        """
        provider = self.find(programme_id, provider_id)
        known = await self._discover(programme_id, provider)
        async with self._speaking(programme_id, provider) as client:
            token = await self._exchange(client, provider, known, code, binding)
            header, claims = await self._verified(provider, known, token["id_token"])
            self._validate(programme_id, provider, token, header, claims, binding)
            if "email" not in claims:
                claims |= await self._told(client, provider, known, claims["sub"])
        return account_of(self.issuer(programme_id, provider), claims)

    def issuer(self, programme_id: str, provider: IdentityProvider) -> str:
        """Return the issuer: the programme's, or a test tenant that the settings name."""
        client = self._client(programme_id, provider.id)
        return (client.issuer if client is not None else None) or provider.issuer

    @property
    def _max_age(self) -> int:
        return self._settings.reauthentication_minutes * 60

    def _client(self, programme_id: str, provider_id: str) -> ProviderClient | None:
        return self._settings.provider_clients.get(f"{programme_id}/{provider_id}")

    def _speaking(self, programme_id: str, provider: IdentityProvider) -> Any:
        client = self._client(programme_id, provider.id)
        assert client is not None
        secret = client.client_secret.get_secret_value() if client.client_secret else None
        if secret is not None and client.authentication == "client_secret_basic":
            # Form-encoded before it becomes HTTP Basic (RFC 6749, section 2.3.1), which the
            # library leaves to us.
            secret = quote_plus(secret)
        return AsyncOAuth2Client(
            client_id=client.client_id,
            client_secret=secret,
            token_endpoint_auth_method=client.authentication if secret is not None else "none",
            scope=" ".join(provider.scopes),
            redirect_uri=(
                f"{self._settings.public_url}/{programme_id}/sign-in/return/{provider.id}"
            ),
            code_challenge_method="S256",
            timeout=_PATIENCE_SECONDS,
        )

    async def _exchange(
        self,
        client: Any,
        provider: IdentityProvider,
        known: _Known,
        code: str,
        binding: Binding,
    ) -> dict[str, Any]:
        try:
            token = await client.fetch_token(
                known.document["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=binding.verifier,
            )
        except OAuthError as refusal:
            log.warning("provider refused a code", provider=provider.id, error=refusal.error)
            raise ProviderRefused(
                f"{provider.name} did not confirm the sign-in.", reason="code_refused"
            ) from refusal
        except (httpx2.HTTPError, ValueError) as fault:
            raise _away(provider, fault) from fault
        if not isinstance(token.get("id_token"), str):
            raise ProviderRefused(f"{provider.name} did not say who you are.", reason="no_id_token")
        return dict(token)

    async def _verified(
        self, provider: IdentityProvider, known: _Known, token: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            kid = jws.extract_compact(token.encode()).headers().get("kid")
            keys = await self._keys(provider, known, kid)
            decoded = jwt.decode(token, keys, algorithms=list(_ALGORITHMS))
        except (JoseError, ValueError) as fault:
            raise _untrue(provider, fault) from fault
        return dict(decoded.header), dict(decoded.claims)

    def _validate(
        self,
        programme_id: str,
        provider: IdentityProvider,
        token: Mapping[str, Any],
        header: Mapping[str, Any],
        claims: Mapping[str, Any],
        binding: Binding,
    ) -> None:
        client = self._client(programme_id, provider.id)
        assert client is not None
        expected = CodeIDToken(
            claims,
            header,
            options={
                "iss": {"essential": True, "value": self.issuer(programme_id, provider)},
                "aud": {"essential": True, "value": client.client_id},
            },
            params={
                "nonce": binding.nonce,
                "client_id": client.client_id,
                "access_token": token.get("access_token"),
            },
        )
        now = int(self._clock.now().timestamp())
        try:
            expected.validate(now=now, leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as fault:
            raise _untrue(provider, fault) from fault
        # A provider that does not say when it asked is believed to have asked.
        asked_at = claims.get("auth_time", now)
        if asked_at + self._max_age + _LEEWAY_SECONDS < now:
            raise ProviderRefused(
                f"{provider.name} has not asked you to sign in this time. Please sign out there "
                "and begin again.",
                reason="not_asked",
            )
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "\0" in subject:
            raise _untrue(provider, ValueError("sub"))

    async def _told(
        self, client: Any, provider: IdentityProvider, known: _Known, subject: str
    ) -> dict[str, Any]:
        # Only words for forms and lists: whoever signs in is known without them.
        address = known.document.get("userinfo_endpoint")
        if not isinstance(address, str):
            return {}
        try:
            answer = await client.get(address)
            answer.raise_for_status()
            told = answer.json()
        except (httpx2.HTTPError, ValueError) as fault:
            log.warning(
                "provider tells nothing of a person", provider=provider.id, fault=str(fault)
            )
            return {}
        # Claims of another subject must not be used (OpenID Connect Core 1.0, section 5.3.2).
        return told if isinstance(told, dict) and told.get("sub") == subject else {}

    async def _discover(self, programme_id: str, provider: IdentityProvider) -> _Known:
        issuer = self.issuer(programme_id, provider)
        async with self._locks.setdefault(issuer, asyncio.Lock()):
            known, now = self._known.get(issuer), self._clock.now()
            if known is not None and now - known.asked_at < _FRESH:
                return known
            try:
                document = await self._fetch(get_well_known_url(issuer, external=True))
                self._check_document(issuer, document)
            except (httpx2.HTTPError, ValueError, KeyError, TypeError) as fault:
                if known is not None:
                    # What it said an hour ago is better than nothing.
                    return known
                raise _away(provider, fault) from fault
            fresh = _Known(document, now)
            if known is not None and known.document["jwks_uri"] == document["jwks_uri"]:
                fresh.keys, fresh.keys_asked_at = known.keys, known.keys_asked_at
            self._known[issuer] = fresh
            return fresh

    def _check_document(self, issuer: str, document: Mapping[str, Any]) -> None:
        # OpenID Connect Discovery 1.0, section 4.3: or one provider could speak for another.
        if document["issuer"] != issuer:
            raise ValueError(f"the discovery document of {issuer} is of {document['issuer']}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            self._refuse_open(document[name])
        if "userinfo_endpoint" in document:
            self._refuse_open(document["userinfo_endpoint"])

    def _refuse_open(self, address: str) -> None:
        parts = urlsplit(address)
        local = parts.hostname in _LOOPBACK and self._settings.environment != "production"
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise ValueError(f"{address} is no https address")

    async def _keys(self, provider: IdentityProvider, known: _Known, kid: str | None) -> KeySet:
        now = self._clock.now()
        asked = known.keys_asked_at
        unknown = known.keys is None or all(key.kid != kid for key in known.keys)
        stale = asked is None or now - asked >= _FRESH
        if stale or (unknown and asked is not None and now - asked >= _ASK_AGAIN):
            try:
                document = await self._fetch(known.document["jwks_uri"])
                known.keys = KeySet.import_key_set(cast(Any, document))
                known.keys_asked_at = now
            except (httpx2.HTTPError, ValueError, KeyError, TypeError, JoseError) as fault:
                if known.keys is None:
                    raise _away(provider, fault) from fault
        assert known.keys is not None
        return known.keys

    async def _fetch(self, address: str) -> Mapping[str, Any]:
        self._refuse_open(address)
        async with httpx2.AsyncClient(timeout=_PATIENCE_SECONDS) as client:
            answer = await client.get(address)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise TypeError(f"{address} holds no JSON object")
        return found


def _away(provider: IdentityProvider, fault: Exception) -> ProviderAway:
    log.warning("provider away", provider=provider.id, fault=repr(fault))
    return ProviderAway(
        f"{provider.name} does not answer at the moment. Please try again in a few minutes, or "
        "sign in another way."
    )


def _untrue(provider: IdentityProvider, fault: Exception) -> ProviderRefused:
    log.warning("ID token refused", provider=provider.id, fault=repr(fault))
    return ProviderRefused(
        f"What {provider.name} said could not be verified.", reason="token_refused"
    )


def providers_of(here: ServiceContext) -> Providers:
    """Return the running service's providers; made at the first call."""
    if "providers" not in here.extras:
        here.extras["providers"] = Providers(here.settings, here.programmes, here.clock)
    providers: Providers = here.extras["providers"]
    return providers
