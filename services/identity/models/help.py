"""Whether articles helped."""

from datetime import datetime

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import UTCDateTime


class ArticleVote(Base):
    """Whether an article helped somebody; one vote of each, which can be changed."""

    __tablename__ = "article_votes"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    article: Mapped[str] = mapped_column(String(80), primary_key=True)
    # A keyed hash of the candidate id or of the network address: it recognises a second vote,
    # and names nobody.
    voter: Mapped[str] = mapped_column(String(64), primary_key=True)
    helpful: Mapped[bool] = mapped_column(Boolean)
    voted_at: Mapped[datetime] = mapped_column(UTCDateTime)
