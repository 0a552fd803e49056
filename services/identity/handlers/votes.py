"""Whether articles helped: votes, one of each reader, nobody named."""

import hmac

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import ArticleVote
from services.identity.profile_errors import UnknownArticle
from shared.context import context
from shared.rows import upsert


async def vote(
    session: AsyncSession, *, programme: str, article: str, voter: str, helpful: bool
) -> None:
    """Keep whether an article helped; a second vote of the same reader replaces the first.

    voter: a candidate id or a network address, of which only a keyed hash is kept.
    Raises UnknownArticle.
    """
    here = context(session)
    known = here.programmes.get(programme)
    if known is None or known.help.article(article) is None:
        raise UnknownArticle(f"The help of {programme} has no article {article!r}.")
    key = here.settings.key_encryption_secret.get_secret_value().encode()
    named = f"article-votes|{programme}|{article}|{voter}"
    row = {
        "programme": programme,
        "article": article,
        "voter": hmac.digest(key, named.encode(), "sha256").hex(),
        "helpful": helpful,
        "voted_at": here.clock.now(),
    }
    await upsert(
        session,
        ArticleVote,
        [row],
        key=("programme", "article", "voter"),
        update=("helpful", "voted_at"),
    )
