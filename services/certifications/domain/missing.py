"""What is still to do for a requirement, on the shortest way through its tree."""

from decimal import Decimal

from services.certifications.domain.nodes import Credits, Node, Parts, Passes
from services.certifications.domain.progress import Progress
from services.certifications.domain.wording import amount, counted


def missing(node: Node, line: Progress) -> tuple[str, ...]:
    """The parts that are not met; of alternatives, those that leave the least to do.

    `line` is the line of the progress tree that was built from the node.
    """
    if line.satisfied:
        return ()
    if isinstance(node, Parts):
        parts = [
            missing(part, child) for part, child in zip(node.parts, line.children, strict=True)
        ]
        # A stable sort: of equals the first in the file.
        parts.sort(key=len)
        return tuple(text for part in parts[: node.need] for text in part)
    if isinstance(node, Credits):
        return (_credits(line),)
    given: tuple[str, ...] = ()
    if isinstance(node, Passes) and node.given is not None:
        given = missing(node.given, line.children[0])
    return (*given, _more(line) if line.have else line.text)


def share(node: Node, line: Progress) -> float:
    """How much of a requirement is there, from 0 to 1."""
    if line.satisfied:
        return 1
    if not isinstance(node, Parts):
        return min(1.0, line.have / line.need)
    shares = [share(part, child) for part, child in zip(node.parts, line.children, strict=True)]
    return sum(sorted(shares, reverse=True)[: node.need]) / node.need


def _credits(line: Progress) -> str:
    """The credits in all, and those that a category or a stretch of the term still lacks."""
    if not line.have:
        return line.text
    parts: list[str] = []
    if line.have < line.need:
        lacking = counted(Decimal(str(line.need - line.have)), "more credit")
        parts.append(f"Earn {lacking}")
    parts += [_more(child) for child in line.children if not child.satisfied]
    return "; ".join(parts) or line.text


def _more(line: Progress) -> str:
    return f"{line.text} ({amount(Decimal(str(line.need - line.have)))} more)"
