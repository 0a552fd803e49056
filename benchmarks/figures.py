"""Figures: medians of several runs, beside a yardstick measured in the same run."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

LATEST = Path(__file__).with_name("latest.json")


@dataclass(frozen=True)
class Figure:
    """One measured figure; `ratio` is value divided by yardstick."""

    name: str
    value: float
    unit: str
    yardstick: float | None
    ratio: float | None
    runs: int
    min: float
    max: float
    note: str = ""


def figure(
    name: str,
    values: Sequence[float],
    unit: str,
    *,
    yardstick: Sequence[float] = (),
    note: str = "",
) -> Figure:
    """Make a figure of the values of several runs."""
    middle = median(values)
    beside = median(yardstick) if yardstick else None
    return Figure(
        name=name,
        value=round(middle, 3),
        unit=unit,
        yardstick=round(beside, 3) if beside is not None else None,
        ratio=round(middle / beside, 3) if beside else None,
        runs=len(values),
        min=round(min(values), 3),
        max=round(max(values), 3),
        note=note,
    )


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as lines for a terminal."""
    heads = ("name", "median", "unit", "min", "max", "runs", "yardstick", "ratio", "what")
    rows = [
        (
            one.name,
            f"{one.value:,.2f}",
            one.unit,
            f"{one.min:,.2f}",
            f"{one.max:,.2f}",
            str(one.runs),
            "" if one.yardstick is None else f"{one.yardstick:,.2f}",
            "" if one.ratio is None else f"{one.ratio:,.2f}",
            one.note,
        )
        for one in figures
    ]
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place in (0, 2, 8) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [heads, *rows]
    )


def keep(figures: Iterable[Figure], path: Path = LATEST) -> None:
    """Write figures to the file of the latest ones; those measured alone replace their own."""
    known = json.loads(path.read_text()) if path.exists() else []
    fresh = [asdict(one) for one in figures]
    names = {one["name"] for one in fresh}
    path.write_text(
        json.dumps([*(one for one in known if one["name"] not in names), *fresh], indent=2) + "\n"
    )
