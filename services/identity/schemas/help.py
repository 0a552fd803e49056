"""Help."""

from pydantic import BaseModel, ConfigDict, Field


class ArticleLine(BaseModel):
    """An article in a list."""

    id: str
    title: str
    often: bool = Field(description="asked so often that it stands on the support page")


class TopicOut(BaseModel):
    """A topic with its articles."""

    id: str
    name: str
    about: str
    articles: list[ArticleLine]


class HelpOut(BaseModel):
    """A programme's help."""

    topics: list[TopicOut]


class ArticleOut(BaseModel):
    """One article, whole."""

    id: str
    title: str
    topic: str
    topic_name: str
    body: str = Field(
        description="Markdown; links may lead to help:<article> or to a page, such as /transcripts"
    )


class VoteIn(BaseModel):
    """Whether an article helped."""

    model_config = ConfigDict(extra="forbid")

    helpful: bool = Field(strict=True)


class ArticleVotes(BaseModel):
    """What readers said about an article."""

    id: str
    title: str
    topic_name: str
    helpful: int
    of: int = Field(description="how many said that it helped, or that it did not")


class HelpVotes(BaseModel):
    """What readers said about a programme's articles, in the order of the help."""

    items: list[ArticleVotes]
