"""The tables of fulfillment."""

from datetime import date, datetime

from sqlalchemy import Date, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import NAMING, IdMixin, UTCDateTime, kernel_tables


class Base(DeclarativeBase):
    """The service's own metadata, with the kernel's tables beside its own."""

    metadata = MetaData(naming_convention=NAMING)


kernel_tables(Base.metadata)


class Entitlement(IdMixin, Base):
    """The right of a candidate to a kit for a certification.

    kind: why there is one ("initial": the free first kit of an award), at most one of each kind
    for a certification; kit: which of the programme's kits it was when the right arose;
    name, earned_on: of the newest award, by version.
    """

    __tablename__ = "entitlements"
    __table_args__ = (UniqueConstraint("programme", "candidate_id", "certification", "kind"),)

    programme: Mapped[str] = mapped_column(String(40))
    candidate_id: Mapped[str] = mapped_column(String(40))
    certification: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    kit: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(Text)
    earned_on: Mapped[date] = mapped_column(Date)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


ENTITLEMENT_KEY = ("programme", "candidate_id", "certification", "kind")
