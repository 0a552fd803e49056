"""Setting type on paper: typefaces known to ReportLab, kerned lines, colours that read well."""

import threading
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from reportlab import rl_config
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from shared import typefaces
from shared.typefaces import Typeface

# Scripts whose letters join or stack need shaping, which ReportLab alone does not do.
_NEEDS_SHAPING = ((0x0590, 0x08FF), (0x0900, 0x0DFF), (0x0E00, 0x0FFF), (0x1780, 0x17FF))
# Printable streams (ASCII 85) cost a fifth more and nobody needs them any longer.
rl_config.useA85 = 0
DRAWING = threading.Lock()
"""Held while a document is drawn: ReportLab's registry of fonts is one for the process."""


class NotDrawable(ValueError):
    """No typeface at hand has every character of a text."""


@cache
def use(face: Typeface) -> str:
    """Return the name of a typeface, made known to ReportLab the first time."""
    pdfmetrics.registerFont(TTFont(face.name, str(typefaces.static_file(face))))
    return face.name


def width(text: str, face: Typeface, size: float, tracking: float = 0.0) -> float:
    """Return how wide a kerned line is, in points."""
    kerned = sum(typefaces.kern(face, ord(a), ord(b)) for a, b in pairwise(text))
    plain: float = pdfmetrics.stringWidth(text, use(face), size)
    return plain + kerned * size / 1000 + tracking * max(len(text) - 1, 0)


def face_for(text: str, faces: Iterable[Typeface]) -> Typeface:
    """Return the first typeface that has every character; raises NotDrawable."""
    points = {ord(character) for character in text if not character.isspace()}
    joined = any(low <= point <= high for point in points for low, high in _NEEDS_SHAPING)
    for face in faces:
        if not joined and points <= typefaces.characters(face):
            return face
    raise NotDrawable(text)


def mix(colour: Color, other: Color, share: float) -> Color:
    """Return a colour moved that share of the way to another."""
    return Color(
        colour.red + (other.red - colour.red) * share,
        colour.green + (other.green - colour.green) * share,
        colour.blue + (other.blue - colour.blue) * share,
    )


def luminance(colour: Color) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.red, colour.green, colour.blue)
    ]
    red, green, blue = parts
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def readable(colour: Color, ink: Color) -> Color:
    """Darken a colour towards the ink until it reads well on white (WCAG contrast 5.5)."""
    for step in range(11):
        mixed = mix(colour, ink, step / 10)
        if 1.05 / (luminance(mixed) + 0.05) >= 5.5:
            return mixed
    return ink


def set_line(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    face: Typeface,
    size: float,
    colour: Color,
    *,
    tracking: float = 0.0,
    align: float = 0.0,
) -> float:
    """Set one line with kerning, and return how wide it is.

    align: 0, 0.5 or 1 puts x at its start, middle or end.
    """
    wide = width(text, face, size, tracking)
    line = canvas.beginText(x - align * wide, y)
    line.setFont(use(face), size)
    line.setFillColor(colour)
    run, space = "", tracking
    # The space after a letter belongs to the letter, so a run ends where the space changes.
    for place, letter in enumerate(text):
        follower = text[place + 1 : place + 2]
        pair = typefaces.kern(face, ord(letter), ord(follower)) if follower else 0.0
        wanted = tracking + pair * size / 1000
        if run and abs(wanted - space) > 0.001:
            line.setCharSpace(round(space, 4))
            line.textOut(run)
            run = ""
        run, space = run + letter, wanted
    line.setCharSpace(round(space, 4))
    line.textOut(run)
    line.setCharSpace(0)
    canvas.drawText(line)
    return wide


def fit(
    text: str, face: Typeface, size: float, room: float, smallest: float | None = None
) -> tuple[list[str], float]:
    """Shrink a line to the room; where that would be too small, set it in two balanced lines."""
    floor = smallest if smallest is not None else size * 0.55
    natural = width(text, face, size)
    shrunk = min(size, size * room / natural) if natural else size
    if shrunk >= floor or " " not in text.strip():
        return [text], shrunk
    words = text.split()
    splits = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    pair = min(splits, key=lambda lines: max(width(line, face, size) for line in lines))
    longest = max(width(line, face, size) for line in pair)
    return list(pair), min(size * 0.72, size * room / longest) if smallest is None else min(
        size, size * room / longest
    )
