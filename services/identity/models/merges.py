"""Merges: candidates who may be, are, or were taken for one person."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class Merge(IdMixin, Base):
    """Two candidates who may be one person: proposed, then dismissed or merged, perhaps undone.

    first_id < second_id, so that a pair is proposed once, whoever comes first. survivor and
    merged_away are those of the merge. `candidate_merges` says what follows from all merges in
    force together.
    """

    __tablename__ = "merges"
    __table_args__ = (
        Index(
            "uq_merges_proposed",
            "programme",
            "first_id",
            "second_id",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
            sqlite_where=text("state = 'proposed'"),
        ),
        Index("ix_merges_state", "programme", "state", "id"),
        Index("ix_merges_first_id", "programme", "first_id"),
        Index("ix_merges_second_id", "programme", "second_id"),
    )

    programme: Mapped[str] = mapped_column(String(40))
    first_id: Mapped[str] = mapped_column(String(40))
    second_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    # Words of domain/merges.py: why these two may be one person.
    reasons: Mapped[list[str]] = mapped_column(JSON_)
    # The subject of whoever proposed it; null: the product itself.
    proposed_by: Mapped[str | None] = mapped_column(String(200))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    survivor: Mapped[str | None] = mapped_column(String(40))
    merged_away: Mapped[str | None] = mapped_column(String(40))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_by_name: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision: Mapped[str | None] = mapped_column(Text)
    undo_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(200))
    undone_by_name: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undo_reason: Mapped[str | None] = mapped_column(Text)
    # What the merge changed of the survivor, for its undoing.
    changed: Mapped[dict[str, Any]] = mapped_column(JSON_)
