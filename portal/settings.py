"""What the portal needs to know, read from the environment (prefix CERTTRACK_)."""

import hmac

from pydantic import SecretStr

from shared.errors import StartRefused
from shared.settings import DEMONSTRATION_KEY, Settings, refuse_demonstration_keys

SHORTEST_SESSION_KEY = 32


class PortalSettings(Settings):
    """Where the gateway is and the key that seals the visitors' sessions."""

    gateway_url: str = "http://127.0.0.1:8080"
    gateway_patience_seconds: float = 10.0
    session_key: SecretStr = SecretStr(DEMONSTRATION_KEY)

    @property
    def secure(self) -> bool:
        """Whether visitors reach the portal over https."""
        return self.public_url.startswith("https://")

    def key_for(self, purpose: str) -> bytes:
        """Derive 32 bytes for one purpose, so that no key serves two."""
        secret = self.session_key.get_secret_value().encode()
        return hmac.digest(secret, f"certtrack portal {purpose}".encode(), "sha256")


def refuse_weak_keys(settings: PortalSettings) -> None:
    """Refuse to start in production with the demonstration's key, or a short one."""
    refuse_demonstration_keys(settings, session_key=settings.session_key)
    length = len(settings.session_key.get_secret_value())
    if settings.environment == "production" and length < SHORTEST_SESSION_KEY:
        raise StartRefused(
            f"CERTTRACK_SESSION_KEY must be at least {SHORTEST_SESSION_KEY} characters long"
        )
