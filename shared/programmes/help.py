"""The model of help.yaml: questions and answers, and the guide through the pages."""

from pydantic import Field

from shared.programmes.fields import Identifier, Named, Text
from shared.programmes.item import Item


class Topic(Named):
    """What several articles are about."""

    about: Text = Field(description="a sentence below the topic's name")


class Article(Item):
    """One answer, or one page of the guide."""

    id: Identifier = Field(description="an identifier, which the article's address ends with")
    topic: Identifier = Field(description="one of the topics")
    title: Text = Field(description="the question, or what the page of the guide is about")
    body: Text = Field(
        description="Markdown without HTML and pictures; links lead to https addresses, mailto "
        "addresses, help:<article> or a page of the portal such as /transcripts"
    )
    often: bool = Field(
        default=False, description="true: stands on the support page itself (default: false)"
    )
    source: str | None = Field(default=None, description="where this was taken from")


class HelpFile(Item):
    """help.yaml: what candidates and strangers ask, answered."""

    topics: tuple[Topic, ...] = Field(default=(), description="the topics, with id, name, about")
    articles: tuple[Article, ...] = Field(
        default=(), description="the articles, in the order in which they are listed"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    def article(self, name: str) -> Article | None:
        """The article of an id."""
        return next((one for one in self.articles if one.id == name), None)
