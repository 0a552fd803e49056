"""Settings of a process, read from the environment (prefix CERTTRACK_)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.addresses import LOOPBACK, Network
from shared.errors import StartRefused

DEMONSTRATION_KEY = "demonstration-only-not-a-secret-0"


class Settings(BaseSettings):
    """What every service needs to know; each service adds its own in a subclass."""

    model_config = SettingsConfigDict(env_prefix="CERTTRACK_", extra="ignore", frozen=True)

    environment: Literal["demonstration", "test", "production"] = "demonstration"
    database_url: str = "sqlite+aiosqlite:///certtrack.db"
    bus_url: str = "embedded:"
    public_url: str = "http://127.0.0.1:8080"
    jwks_url: str | None = None
    programmes_folder: Path = Path("programmes")
    log_level: str = "INFO"
    database_pool: int = 5
    max_body_bytes: int = 2_000_000
    # Networks whose X-Forwarded-For is believed: the gateway and the portal.
    trusted_proxies: tuple[Network, ...] = LOOPBACK
    consumer_linger_milliseconds: float = 2.0
    # In a stream: what nobody waits for at the screen is done for several at once.
    consumer_gather_milliseconds: float = 100.0
    consumer_prefetch: int = 40
    # A broker does not deliver again what was acknowledged weeks ago.
    inbox_days: int = Field(default=30, ge=1)
    # Published events are what a service is rebuilt from: kept for ever unless said otherwise.
    outbox_days: int | None = Field(default=None, ge=1)
    # After so long a second look takes away what was still written about somebody who is erased:
    # longer than the life of an access token.
    erasure_settle_minutes: int = Field(default=15, ge=0)


def refuse_demonstration_keys(settings: Settings, **secrets: SecretStr | str | None) -> None:
    """Refuse to start in production with a demonstration key or without one.

    Raises StartRefused naming the setting.
    """
    if settings.environment != "production":
        return
    for name, secret in secrets.items():
        value = secret.get_secret_value() if isinstance(secret, SecretStr) else secret
        if not value or value.startswith("demonstration-only"):
            raise StartRefused(
                f"CERTTRACK_{name.upper()} must be set to a secret of your own in production"
            )
