"""How large and how deep a YAML text is once its aliases are written out, told beforehand."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from shared.programmes import Fault

# Far deeper than any rule; a reader of YAML goes down one call for each level.
MOST_DEPTH = 60
# Many times what any programme has; with aliases a short text can come to any number.
MOST_VALUES = 50_000
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class _Part:
    """A collection or scalar: how many values it comes to, and how many levels."""

    anchor: str | None = None
    values: int = 1
    levels: int = 0

    def take(self, part: "_Part") -> None:
        self.values += part.values
        self.levels = max(self.levels, part.levels + 1)


def unreasonable(file: Path, text: str) -> list[Fault]:
    """Refuse what grows without bound when it is read: aliases of aliases, endless nesting.

    Read as a stream of events, in which an alias is one event whatever it stands for.
    """
    known: dict[str, _Part] = {}
    open_parts: list[_Part] = [_Part()]
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                open_parts.append(_Part(event.anchor))
            elif isinstance(event, yaml.CollectionEndEvent):
                part = open_parts.pop()
                _close(part, open_parts[-1], known)
            elif isinstance(event, yaml.ScalarEvent):
                _close(_Part(event.anchor), open_parts[-1], known)
            elif isinstance(event, yaml.AliasEvent):
                # One that is unknown, or within its own anchor, is told by the reader.
                open_parts[-1].take(known.get(event.anchor or "", _Part()))
            message = _refusal(open_parts)
            if message:
                line = 1 if event.start_mark is None else event.start_mark.line + 1
                return [Fault(file, line, "", message)]
    except (yaml.YAMLError, ValueError):
        # Not YAML at all: the reader of programmes says so in better words.
        pass
    return []


def _close(part: _Part, around: _Part, known: dict[str, _Part]) -> None:
    if part.anchor is not None:
        known[part.anchor] = part
    around.take(part)


def _refusal(open_parts: list[_Part]) -> str | None:
    if len(open_parts) - 1 + open_parts[-1].levels > MOST_DEPTH:
        return f"is nested more than {MOST_DEPTH} levels deep"
    if open_parts[-1].values > MOST_VALUES:
        return f"comes to more than {MOST_VALUES:,} values when its aliases (*) are written out"
    return None
