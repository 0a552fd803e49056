"""What is wrong with a programme: file, line, field path and a sentence."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

Place = tuple[str | int, ...]


def path_text(place: Place) -> str:
    """Write a place the way people do: exams[3].class."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown(value: Any) -> str:
    """Write what stands in a file the way messages quote it."""
    if isinstance(value, dict):
        return "fields"
    if isinstance(value, tuple):
        return "a list"
    if value is None:
        return "nothing"
    return str(value) if isinstance(value, date) else repr(value)


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a programme file."""

    file: Path
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: "
        return where + (f"{self.path}: {self.message}" if self.path else self.message)


class ProgrammeError(Exception):
    """The programme files cannot be used; `faults` lists every mistake found."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (str(fault.file), fault.line)))
        super().__init__("\n".join(str(fault) for fault in self.faults))
