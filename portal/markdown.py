"""Articles as HTML: Markdown without HTML or pictures, whose links lead where they may."""

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

ARTICLE = "help:"
ELSEWHERE = ("https://", "mailto:")
# The page has the first heading; those of an article begin below it, whatever their author wrote.
FIRST_LEVEL, LAST_LEVEL = 2, 6


def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


_READER = _reader()


def show(text: str, home: str) -> Markup:
    """Return an article's HTML.

    home: the path of the programme's pages, before which links to our own pages begin.
    """
    tokens = _READER.parse(text)
    highest = min((int(one.tag[1]) for one in tokens if one.type == "heading_open"), default=1)
    for token in _all(tokens):
        if token.type == "link_open":
            token.attrSet("href", _target(str(token.attrGet("href") or ""), home))
        elif token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1]) - highest + FIRST_LEVEL
            token.tag = f"h{min(level, LAST_LEVEL)}"
    written = _READER.renderer.render(tokens, _READER.options, {})
    return Markup(written)  # noqa: S704 - by the reader of Markdown, which escapes the rest


def _all(tokens: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        found += _all(token.children or ())
    return found


def _target(written: str, home: str) -> str:
    if written.startswith(ARTICLE):
        return f"{home}support/help/{written.removeprefix(ARTICLE)}"
    if written.startswith("/") and not written.startswith("//"):
        return home + written.removeprefix("/")
    return written if written.startswith(ELSEWHERE) else f"{home}support"
