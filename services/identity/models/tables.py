"""What identity's tables stand on."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.tables import NAMING, kernel_tables


class Base(DeclarativeBase):
    """Identity's metadata, which also holds the kernel's tables."""

    metadata = MetaData(naming_convention=NAMING)


kernel_tables(Base.metadata)
