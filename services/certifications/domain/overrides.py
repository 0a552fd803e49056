"""One-off decisions that gave whole groups a later last day."""

from collections.abc import Mapping
from datetime import date

from shared.programmes import Override


def moved(
    overrides: Mapping[str, tuple[Override, ...]],
    code: str,
    last: date,
    as_of: date,
    decided_on: date = date.min,
) -> tuple[date, tuple[str, ...]]:
    """The last day of a term after every override that is known on a day, and which moved it.

    Each looks at the term's own last day, and the one that gives most prevails; before its
    announcement an override does not exist. A last day that staff chose by hand on `decided_on`
    is not moved by what was announced by then: whoever chose it knew.
    """
    best = last
    names: tuple[str, ...] = ()
    for override in overrides.get(code, ()):
        if decided_on < override.announced_on <= as_of:
            later = override.last_day(last)
            if later > best:
                best, names = later, (override.id,)
    return best, names
