"""The typefaces of certificates and reports: static cuts, made once and kept on disk."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import fontpkg
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

# OpenType name ids: family, unique id, full name, PostScript name, typographic family.
_NAMES = frozenset((1, 3, 4, 6, 16))


@dataclass(frozen=True)
class Typeface:
    """One cut of a variable font: where its axes are pinned, and whether it keeps its kerning."""

    name: str
    family: str
    axes: tuple[tuple[str, float], ...]
    style: str = "normal"
    kerned: bool = False

    @property
    def package(self) -> str:
        """The distribution that the font comes from."""
        return "fontpkg-" + self.family.lower().replace(" ", "-")


DISPLAY = Typeface(
    "CertificateDisplay", "Source Serif 4", (("opsz", 60), ("wght", 400)), "normal", True
)
TITLE = Typeface(
    "CertificateTitle", "Source Serif 4", (("opsz", 36), ("wght", 600)), "normal", True
)
TEXT = Typeface("CertificateText", "Source Serif 4", (("opsz", 11), ("wght", 400)))
ITALIC = Typeface("CertificateItalic", "Source Serif 4", (("opsz", 16), ("wght", 400)), "italic")
LABEL = Typeface("CertificateLabel", "Noto Sans", (("wdth", 100), ("wght", 500)))
WIDER = Typeface("CertificateWider", "Noto Sans", (("wdth", 100), ("wght", 400)))
WIDER_TITLE = Typeface("CertificateWiderTitle", "Noto Sans", (("wdth", 100), ("wght", 600)))


ALL = (DISPLAY, TITLE, TEXT, ITALIC, LABEL, WIDER, WIDER_TITLE)


def prepare() -> None:
    """Make every static cut now, so that nobody's first certificate waits for it."""
    for typeface in ALL:
        static_file(typeface)


def folder() -> Path:
    """Return the folder that keeps the static cuts: the user's cache, or the temporary folder."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    for parent in (home.expanduser(), Path(tempfile.gettempdir())):
        place = parent / "certtrack" / "typefaces"
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            return place
    raise OSError("no folder for the typefaces can be written")


@cache
def static_file(typeface: Typeface) -> Path:
    """Return the file of a static cut, making it from the variable font the first time."""
    # The first number is the recipe's own: it changes when the making below does.
    recipe = repr((3, typeface, version(typeface.package), version("fonttools")))
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:12]
    target = folder() / f"{typeface.name}-{digest}.ttf"
    if not target.exists():
        _make(typeface, target)
    return target


def _make(typeface: Typeface, target: Path) -> None:
    source = fontpkg.path(typeface.family, 400, typeface.style)
    options = subset.Options()
    # Layout tables are left out: ReportLab does not read them, and pinning them takes seconds.
    options.layout_features = []
    options.notdef_outline = True
    font: TTFont = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap().keys())
    subsetter.subset(font)
    static = instancer.instantiateVariableFont(font, dict(typeface.axes), inplace=True)
    # ReportLab keeps one outline for each PostScript name, so every cut needs a name of its own.
    for record in static["name"].names:
        if record.nameID in _NAMES:
            record.string = typeface.name
    # Two processes may make it at once: each writes its own file and the rename decides.
    handle, unfinished = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(handle)
    static.save(unfinished)
    Path(unfinished).replace(target)


@cache
def characters(typeface: Typeface) -> frozenset[int]:
    """Return the code points that a typeface can draw."""
    with TTFont(static_file(typeface), lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=4096)
def kern(typeface: Typeface, left: int, right: int) -> float:
    """Return how much a pair of code points moves together, in thousandths of the type size."""
    if not typeface.kerned:
        return 0.0
    names, subtables = _kerning(typeface.family, typeface.style)
    first, second = names.get(left, ""), names.get(right, "")
    for table in subtables:
        if first in table.covered:
            moved = table.moved(first, second)
            if moved is not None:
                return moved
    return 0.0


@dataclass(frozen=True)
class PairTable:
    """One table of kerning pairs: single glyphs, or classes of glyphs and a matrix."""

    covered: frozenset[str]
    pairs: dict[tuple[str, str], float]
    lefts: dict[str, int]
    rights: dict[str, int]
    matrix: tuple[tuple[float, ...], ...]

    def moved(self, first: str, second: str) -> float | None:
        """Return the pair's move, or None to look on in the next table."""
        if self.matrix:
            # The first table of classes that covers the left glyph decides, even with nought.
            return self.matrix[self.lefts.get(first, 0)][self.rights.get(second, 0)]
        return self.pairs.get((first, second))


@cache
def _kerning(family: str, style: str) -> tuple[dict[int, str], tuple[PairTable, ...]]:
    # The kerning of the font's default cut; it differs little from that of the cuts made here.
    # Copied out of fontTools' objects, which would keep some forty megabytes.
    with TTFont(fontpkg.path(family, 400, style)) as font:
        scale = 1000 / font["head"].unitsPerEm
        tables = []
        for lookup in font["GPOS"].table.LookupList.Lookup:
            for table in lookup.SubTable:
                # A pair lookup may hide in an extension (type 9), which only lengthens offsets.
                inner = table.ExtSubTable if lookup.LookupType == 9 else table
                if hasattr(inner, "ClassDef1") or hasattr(inner, "PairSet"):
                    tables.append(_pair_table(inner, scale))
        return dict(font.getBestCmap()), tuple(tables)


def _pair_table(table: Any, scale: float) -> PairTable:
    covered = table.Coverage.glyphs
    if table.Format == 1:
        pairs = {
            (left, record.SecondGlyph): _advance(record.Value1) * scale
            for left, following in zip(covered, table.PairSet, strict=True)
            for record in following.PairValueRecord
        }
        return PairTable(frozenset(covered), pairs, {}, {}, ())
    matrix = tuple(
        tuple(_advance(cell.Value1) * scale for cell in row.Class2Record)
        for row in table.Class1Record
    )
    lefts, rights = dict(table.ClassDef1.classDefs), dict(table.ClassDef2.classDefs)
    return PairTable(frozenset(covered), {}, lefts, rights, matrix)


def _advance(value: Any) -> int:
    return getattr(value, "XAdvance", 0) or 0


if __name__ == "__main__":
    prepare()
