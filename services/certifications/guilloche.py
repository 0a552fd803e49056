"""Engraved ornament as pure geometry: interlaced waves along a frame, and rosettes."""

from functools import cache, lru_cache
from math import cos, pi, sin

Point = tuple[float, float]
Curve = tuple[Point, ...]


# A piece of a frame: length, where it starts (x, y), its heading there, and how it bends.
Piece = tuple[float, float, float, float, float]


def _frame(width: float, height: float, radius: float) -> tuple[float, list[Piece]]:
    """Return the length of a rounded frame, and its pieces."""
    across, up, quarter = width - 2 * radius, height - 2 * radius, pi * radius / 2
    pieces = [
        (across, radius, 0.0, 0.0, 0.0),
        (quarter, width - radius, 0.0, 0.0, 1 / radius),
        (up, width, radius, pi / 2, 0.0),
        (quarter, width, height - radius, pi / 2, 1 / radius),
        (across, width - radius, height, pi, 0.0),
        (quarter, radius, height, pi, 1 / radius),
        (up, 0.0, height - radius, 3 * pi / 2, 0.0),
        (quarter, 0.0, radius, 3 * pi / 2, 1 / radius),
    ]
    return 2 * across + 2 * up + 4 * quarter, pieces


def _on_frame(place: float, pieces: list[Piece]) -> tuple[Point, Point]:
    """Return the point that far along a frame, and the direction that points inwards."""
    for piece in pieces:
        if place <= piece[0]:
            break
        place -= piece[0]
    _, x, y, heading, bend = piece
    if bend:
        turned = heading + place * bend
        x += (sin(turned) - sin(heading)) / bend
        y += (cos(heading) - cos(turned)) / bend
    else:
        turned = heading
        x += place * cos(heading)
        y += place * sin(heading)
    return (x, y), (-sin(turned), cos(turned))


@cache
def band(
    width: float,
    height: float,
    radius: float,
    depth: float,
    waves: int,
    strands: int,
) -> tuple[Curve, ...]:
    """Return closed wave curves woven along a rounded frame.

    depth: how far the waves reach to both sides; waves: how many go round; strands: how many
    curves are woven, each a little later than the one before.
    """
    length, pieces = _frame(width, height, radius)
    steps = waves * 6
    curves = []
    for strand in range(strands):
        phase = 2 * pi * strand / strands
        points = []
        for step in range(steps):
            along = step / steps
            (x, y), (inward_x, inward_y) = _on_frame(along * length, pieces)
            angle = 2 * pi * waves * along
            # Two frequencies: the quick wave is the thread, the slow one lets the weave breathe.
            offset = depth * (0.72 * sin(angle + phase) + 0.28 * sin(angle / 2 - phase))
            points.append((x + offset * inward_x, y + offset * inward_y))
        curves.append(tuple(points))
    return tuple(curves)


@cache
def rosette(radius: float, inner: float, petals: int, strands: int) -> tuple[Curve, ...]:
    """Return closed curves around the origin, woven between two radii.

    petals: swings in one turn; strands: how many curves share the ring, each a little later.
    """
    middle, swing = (radius + inner) / 2, (radius - inner) / 2
    return tuple(
        _ring(middle, swing, petals, 2 * pi * strand / strands) for strand in range(strands)
    )


@cache
def lens(radius: float, inner: float, petals: int, strands: int) -> tuple[Curve, ...]:
    """Return closed curves around the origin that swell from a circle to waves and back.

    All strands cross at the same points, so that they leave rows of lenses.
    """
    middle, swing = (radius + inner) / 2, (radius - inner) / 2
    last = strands - 1
    return tuple(
        _ring(middle, swing * (2 * strand / last - 1), petals, 0.0) for strand in range(strands)
    )


def _ring(middle: float, swing: float, petals: int, phase: float) -> Curve:
    steps = petals * 6
    points = []
    for step in range(steps):
        turn = 2 * pi * step / steps
        far = middle + swing * sin(petals * turn + phase)
        points.append((far * cos(turn), far * sin(turn)))
    return tuple(points)


@lru_cache(maxsize=256)
def smooth(curve: Curve) -> list[tuple[Point, Point, Point]]:
    """Return a closed curve as Bézier pieces (two handles and an end): Catmull-Rom's tangents."""
    pieces = []
    count = len(curve)
    for place in range(count):
        before, start = curve[place - 1], curve[place]
        end, after = curve[(place + 1) % count], curve[(place + 2) % count]
        pieces.append(
            (
                _point(start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6),
                _point(end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6),
                _point(*end),
            )
        )
    return pieces


def _point(x: float, y: float) -> Point:
    # A hundredth of a point is finer than any printer, and keeps the file small.
    return round(x, 2), round(y, 2)
