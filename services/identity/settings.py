"""Settings of identity, read from the environment (prefix CERTTRACK_)."""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from shared.settings import DEMONSTRATION_KEY
from shared.storage import StorageSettings


class ProviderClient(BaseModel):
    """How we are registered with a provider of OpenID Connect.

    client_secret: none for a public client, which only PKCE protects; issuer: another than the
    programme's, such as a test tenant of the provider.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    authentication: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    issuer: str | None = None


class IdentitySettings(StorageSettings):
    """What identity needs to know.

    key_encryption_secret: encrypts the private signing keys and the secrets of code apps in the
    database, and keys the hashes of recovery codes; production refuses
    the demonstration value.
    """

    database_url: str = "sqlite+aiosqlite:///identity.db"
    key_encryption_secret: SecretStr = SecretStr(DEMONSTRATION_KEY)
    # The one before it: opens code apps and takes recovery codes that were made under it.
    key_encryption_secret_before: SecretStr | None = None
    signing_key_days: int = Field(30, ge=1)
    signing_key_overlap_days: int = Field(2, ge=1)

    password_min_length: int = Field(8, ge=8, le=64)
    # OWASP's and RFC 9106's second recommendation: 64 MiB, three passes, four lanes.
    argon2_memory_kib: int = Field(65536, ge=8)
    argon2_passes: int = Field(3, ge=1)
    argon2_lanes: int = Field(4, ge=1)
    password_threads: int = Field(2, ge=1)
    password_queue: int = Field(64, ge=1)

    # Of one file of accounts.
    account_file_bytes: int = Field(20_000_000, ge=1)
    account_file_rows: int = Field(100_000, ge=1)

    access_minutes: int = Field(10, ge=1)
    machine_access_minutes: int = Field(30, ge=1)
    session_hours: int = Field(24 * 14, ge=1)
    session_idle_hours: int = Field(24, ge=1)
    staff_session_hours: int = Field(12, ge=1)
    # How long after proving who they are people may change how they sign in.
    reauthentication_minutes: int = Field(15, ge=1)
    # None: staff need one everywhere but in the demonstration and in tests.
    staff_second_factor: Literal["required", "optional"] | None = None
    # Two portals may bring one browser's token in the same moment; later it has been copied.
    refresh_grace_seconds: int = Field(10, ge=0, le=60)

    # By "<programme>/<provider>"; without an entry a provider is not offered.
    provider_clients: dict[str, ProviderClient] = Field(default_factory=dict)

    @property
    def own_secrets(self) -> tuple[str, ...]:
        """The secret that seals now, and the one before it."""
        both = (self.key_encryption_secret, self.key_encryption_secret_before)
        return tuple(one.get_secret_value() for one in both if one is not None)

    @property
    def staff_need_second_factor(self) -> bool:
        """Whether staff without a second factor may only set one up."""
        if self.staff_second_factor is None:
            return self.environment == "production"
        return self.staff_second_factor == "required"

    # The largest file sent along in a case, how many cases of a candidate may wait, and how many
    # messages a candidate may write in one in a day.
    case_file_bytes: int = Field(10_000_000, ge=1)
    cases_unsolved: int = Field(20, ge=1)
    case_messages_a_day: int = Field(50, ge=1)

    # How long a merge of two candidates can be undone.
    merge_undo_days: int = Field(30, ge=1)

    @property
    def longest_access(self) -> timedelta:
        """How long the longest-lived access token lives."""
        return timedelta(minutes=max(self.access_minutes, self.machine_access_minutes))
