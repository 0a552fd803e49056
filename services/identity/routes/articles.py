"""Help: articles for everybody, votes, and what readers said for staff."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.identity import profile_queries
from services.identity.errors import UnknownProgramme
from services.identity.handlers import votes
from services.identity.profile_errors import UnknownArticle
from services.identity.routes.place import FromPlace
from services.identity.schemas import NO_NULL
from services.identity.schemas.help import (
    ArticleLine,
    ArticleOut,
    ArticleVotes,
    HelpOut,
    HelpVotes,
    TopicOut,
    VoteIn,
)
from shared.auth import Candidate, Principal, anyone, staff
from shared.context import ServiceContext
from shared.programmes import Article, Programme
from shared.web import Here, Read, Write

router = APIRouter(tags=["help"])
Reader = Annotated[Principal, staff("cases:read")]
_FRESH = "public, max-age=60"


@router.get("/programmes/{programme_id}/help", dependencies=[anyone()])
async def list_articles(
    programme_id: str,
    here: Here,
    response: Response,
    search: Annotated[
        str, Query(max_length=200, pattern=NO_NULL, description="Words that must all be there")
    ] = "",
) -> HelpOut:
    """Return a programme's articles by topic, those that have all of some words."""
    programme = _programme(here, programme_id)
    words = search.casefold().split()[:8]
    found = [one for one in programme.help.articles if _has(one, words)]
    response.headers["Cache-Control"] = _FRESH
    return HelpOut(
        topics=[
            TopicOut(
                id=topic.id,
                name=topic.name,
                about=topic.about,
                articles=[
                    ArticleLine(id=one.id, title=one.title, often=one.often)
                    for one in found
                    if one.topic == topic.id
                ],
            )
            for topic in programme.help.topics
            if any(one.topic == topic.id for one in found)
        ]
    )


@router.get("/programmes/{programme_id}/help/{article_id}", dependencies=[anyone()])
async def show_article(
    programme_id: str, article_id: str, here: Here, response: Response
) -> ArticleOut:
    """Return one article."""
    programme = _programme(here, programme_id)
    article = programme.help.article(article_id)
    if article is None:
        raise UnknownArticle(f"The help of {programme.name} has no article {article_id!r}.")
    response.headers["Cache-Control"] = _FRESH
    return ArticleOut(
        id=article.id,
        title=article.title,
        topic=article.topic,
        topic_name=_topic(programme, article),
        body=article.body,
    )


@router.post(
    "/programmes/{programme_id}/help/{article_id}/votes",
    status_code=204,
    dependencies=[anyone()],
)
async def vote(
    programme_id: str, article_id: str, body: VoteIn, place: FromPlace, session: Write
) -> None:
    """Say whether an article helped; one vote from each network, which can be changed."""
    await votes.vote(
        session,
        programme=programme_id,
        article=article_id,
        voter=f"network {place.address}",
        helpful=body.helpful,
    )


@router.put("/me/help-votes/{article_id}", status_code=204)
async def vote_as_candidate(
    article_id: str, body: VoteIn, principal: Candidate, session: Write
) -> None:
    """Say whether an article helped me; nobody learns that it was me."""
    await votes.vote(
        session,
        programme=principal.programme or "",
        article=article_id,
        voter=f"candidate {principal.subject}",
        helpful=body.helpful,
    )


@router.get("/help-votes")
async def list_votes(
    reader: Reader,
    session: Read,
    here: Here,
    programme: Annotated[str, Query(max_length=40)],
) -> HelpVotes:
    """Return what readers said about each article of a programme."""
    reader.may_see(programme)
    known = _programme(here, programme)
    counted = await profile_queries.votes(session, known.id)
    return HelpVotes(
        items=[
            ArticleVotes(
                id=one.id,
                title=one.title,
                topic_name=_topic(known, one),
                helpful=counted.get(one.id, (0, 0))[0],
                of=counted.get(one.id, (0, 0))[1],
            )
            for one in known.help.articles
        ]
    )


def _programme(here: ServiceContext, programme_id: str) -> Programme:
    programme = here.programmes.get(programme_id)
    if programme is None:
        raise UnknownProgramme(f"There is no programme {programme_id!r}.")
    return programme


def _topic(programme: Programme, article: Article) -> str:
    return next(one.name for one in programme.help.topics if one.id == article.topic)


def _has(article: Article, words: list[str]) -> bool:
    text = f"{article.title}\n{article.body}".casefold()
    return all(word in text for word in words)
