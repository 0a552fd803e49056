"""All six services in this process on SQLite, and tokens for whoever a contract is tried with."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from deploy.embedded.app import create_app
from deploy.embedded.settings import EmbeddedSettings
from deploy.members import SERVICES
from shared.auth import AUDIENCE, ISSUER, Keys, sign
from shared.migrations import upgrade

SCOPES = (
    "candidates:read imports:read imports:write events:manage emails:read"
    " certifications:write programmes:write registrations:write results:write"
    " credits:write completions:review authorizations:read authorizations:write calls:read"
    " accounts:read accounts:write audit:read cases:read cases:write clients:write data:write"
    " merges:write names:review staff:write"
)
_UNLIMITED = {"GATEWAY_RATE_SIGN_IN": "9999r/s", "GATEWAY_RATE_PUBLIC": "9999r/s"}


class House:
    """The running product and a key that its services believe."""

    def __init__(self, client: TestClient, app: FastAPI, folder: Path) -> None:
        self.client = client
        self.services: Mapping[str, FastAPI] = app.state.services
        self.folder = folder
        self._key = ECKey.generate_key("P-256", {"kid": "house", "use": "sig", "alg": "ES256"})
        self._stranger = ECKey.generate_key("P-256", {"kid": "house", "alg": "ES256"})
        published = {"keys": [self._key.as_dict(private=False)]}

        async def source() -> Mapping[str, Any]:
            return published

        for service in self.services.values():
            service.state.keys = Keys(source)

    def database_url(self, service: str) -> str:
        """Where a service keeps its rows."""
        return f"sqlite+aiosqlite:///{self.folder / service}.db"

    def token(self, kind: str, subject: str, /, *, forged: bool = False, **claims: Any) -> str:
        """Somebody's access token; every claim can be another, or absent when None."""
        now = int(time.time())
        whole = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "kind": kind,
            "iat": now,
            "auth_time": now,
            "exp": now + 600,
            "scope": SCOPES,
            **claims,
        }
        known = {name: value for name, value in whole.items() if value is not None}
        return sign(known, self._stranger if forged else self._key)


@contextmanager
def opened(folder: Path) -> Iterator[House]:
    """The product, migrated and running, with its files in a folder."""
    settings = EmbeddedSettings(data=folder, log_level="CRITICAL", public_url="http://testserver")
    for service in SERVICES:
        upgrade(service, settings.database_of(service))
    app = create_app(settings, limits=_UNLIMITED)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield House(client, app, folder)
