"""The machines of testing vendors."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class ApiClient(Base):
    """A machine of a testing vendor."""

    __tablename__ = "api_clients"

    client_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    vendor: Mapped[str] = mapped_column(String(40))
    programmes: Mapped[list[str]] = mapped_column(JSON_)
    scopes: Mapped[list[str]] = mapped_column(JSON_)
    # The networks it may ask from; none: from anywhere.
    addresses: Mapped[list[str]] = mapped_column(JSON_, server_default="[]")
    active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # To the minute: when it last got a token.
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ApiClientSecret(IdMixin, Base):
    """One of a client's secrets: two overlap while a vendor changes over."""

    __tablename__ = "api_client_secrets"

    client_id: Mapped[str] = mapped_column(
        ForeignKey("api_clients.client_id", ondelete="CASCADE"), index=True
    )
    # Secrets are 256 random bits, so that a plain SHA-256 cannot be searched backwards.
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
