"""Who works for the programmes."""

from datetime import datetime

from sqlalchemy import Boolean, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class StaffMember(IdMixin, Base):
    """Somebody who works for one or several programmes."""

    __tablename__ = "staff"

    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    programmes: Mapped[list[str]] = mapped_column(JSON_)
    scopes: Mapped[list[str]] = mapped_column(JSON_)
    active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
