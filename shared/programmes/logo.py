"""A programme's logo: a picture in its folder, checked before anybody is shown it."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from xml.parsers import expat

MOST_BYTES = 200_000
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.(svg|png)")
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, and what it is: image/svg+xml or image/png."""

    content: bytes
    media_type: str

    @property
    def mark(self) -> str:
        """Twenty characters that change with the picture."""
        return sha256(self.content).hexdigest()[:20]


def read_logo(folder: Path, name: str) -> Logo:
    """Read a programme's logo; raises ValueError with what was expected."""
    if not PLAIN_NAME.fullmatch(name):
        message = f"expected the name of an SVG or PNG file in this folder, not {name!r}"
        raise ValueError(message)
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        message = f"{name!r} cannot be read: {error.strerror}"
        raise ValueError(message) from error
    if len(content) > MOST_BYTES:
        message = f"{name!r} has {len(content):,} bytes; a logo may have {MOST_BYTES:,}"
        raise ValueError(message)
    if name.endswith(".png"):
        if not content.startswith(PNG_BEGINS):
            message = f"{name!r} is no PNG picture"
            raise ValueError(message)
        return Logo(content, "image/png")
    _check_svg(name, content)
    return Logo(content, "image/svg+xml")


def _check_svg(name: str, content: bytes) -> None:
    """Refuse what is no SVG, and what would do more than be a picture."""
    found: list[str] = []

    def element(tag: str, attributes: dict[str, str]) -> None:
        if not found and tag != "svg":
            found.append(f"begins with <{tag}>; expected <svg>")
        if tag.lower() in {"script", "foreignobject"}:
            found.append(f"holds <{tag}>; a logo is a picture only")
        for attribute, value in attributes.items():
            if attribute.lower().startswith("on"):
                found.append(f"has {attribute}; a logo is a picture only")
            if attribute.lower() in {"href", "xlink:href"} and not value.startswith("#"):
                found.append(f"asks for {value!r}; a logo is whole by itself")
        found.append("")

    def document_type(*_said: object) -> None:
        found.append("has a document type; expected none")

    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = document_type
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"{name!r} is no SVG picture: {error}"
        raise ValueError(message) from error
    wrong = [one for one in found if one]
    if wrong:
        raise ValueError(f"{name!r} {wrong[0]}")
