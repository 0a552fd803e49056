"""The record of what was done to accounts, and by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class AuditEntry(IdMixin, Base):
    """Something that somebody, or the product itself, has done; never changed afterwards."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_programme_id", "programme", "id"),
        Index("ix_audit_entries_programme_subject", "programme", "subject"),
        Index("ix_audit_entries_programme_by_id", "programme", "by_id"),
    )

    programme: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # What was done, as noun.past_tense: staff.invited, sessions.ended.
    action: Mapped[str] = mapped_column(String(80))
    # candidate, staff, vendor, or system when nobody asked for it.
    by_kind: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[str | None] = mapped_column(String(80))
    # As it was then: the member may be gone when somebody reads it.
    by_name: Mapped[str | None] = mapped_column(Text)
    # To whom or what: a candidate id, the id of a staff member, a client id.
    subject: Mapped[str | None] = mapped_column(String(80))
    details: Mapped[dict[str, Any]] = mapped_column(JSON_)
    # The correlation id of the request, which the logs have too.
    request_id: Mapped[str | None] = mapped_column(String(80))
