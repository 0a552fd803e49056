"""The keys that sign access tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, UTCDateTime


class SigningKey(Base):
    """A key that signs access tokens: published before it signs and until its last token is out.

    The private half is encrypted (JWE, A256GCM) with the key-encryption key from the settings.
    """

    __tablename__ = "signing_keys"
    __table_args__ = (UniqueConstraint("generation"),)

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    # Unique, so that of two instances that rotate at the same moment one wins.
    generation: Mapped[int] = mapped_column(Integer)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSON_)
    private_jwe: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    signs_from: Mapped[datetime] = mapped_column(UTCDateTime)
    signs_until: Mapped[datetime] = mapped_column(UTCDateTime)
    published_until: Mapped[datetime] = mapped_column(UTCDateTime)
