"""What help.yaml says."""

import re

from shared.programmes.checks.inspection import Inspection

FILE = "help.yaml"
LINK = re.compile(r"\]\(\s*<?([^)\s>]*)")
# As the portal shows them; everything else would be shown as text.
ELSEWHERE = re.compile(r"https://[^\s]+|mailto:[^\s@]+@[^\s@]+")
OUR_PAGE = re.compile(r"/[a-z0-9/#?=&_-]*")
ARTICLE = "help:"


def check_help(look: Inspection) -> None:
    """Topics and articles used twice, topics without any article, links that lead nowhere."""
    file = look.files.help
    look.ids_once(FILE, "topics", file.topics, "id", "topic")
    look.ids_once(FILE, "articles", file.articles, "id", "article")
    topics = [topic.id for topic in file.topics]
    known = {article.id for article in file.articles}
    for at, article in enumerate(file.articles):
        if article.topic not in topics:
            expected = ", ".join(topics) or "topics, of which this file has none"
            look.say(
                FILE,
                ("articles", at, "topic"),
                f"unknown topic {article.topic!r}; expected one of {expected}",
            )
        for target in LINK.findall(article.body):
            if not _leads_somewhere(target, known):
                look.say(
                    FILE,
                    ("articles", at, "body"),
                    f"a link leads to {target!r}; expected help:<article>, a page such as "
                    "/transcripts, an https address or mailto:<address>",
                )
    used = {article.topic for article in file.articles}
    for at, topic in enumerate(topics):
        if topic not in used:
            look.say(FILE, ("topics", at), f"topic {topic!r} has no article; expected one or more")


def _leads_somewhere(target: str, articles: set[str]) -> bool:
    if target.startswith(ARTICLE):
        return target.removeprefix(ARTICLE) in articles
    return bool(ELSEWHERE.fullmatch(target) or OUR_PAGE.fullmatch(target))
