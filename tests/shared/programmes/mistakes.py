"""A mistake in a programme file: how it is made, and how it must be told."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.programmes import Programme, ProgrammeError

# Uses every word of the language; a test changes one.
LIGHTHOUSE = Path(__file__).parent / "whole" / "lighthouse"


@dataclass(frozen=True, slots=True)
class Mistake:
    """Replace the first `old` by `new` in a file, and expect an error on a line of `new`.

    `at` is a piece of the line that must be named; the first one that holds it after the change.
    In `expected`, {line of <piece>} stands for the number of the first line that holds the piece.
    """

    file: str
    old: str
    new: str
    at: str
    expected: str

    def check(self, programme: Path, folder: Path) -> None:
        """Make the mistake in a copy of the programme and read what is said about it."""
        copy = folder / programme.name
        shutil.copytree(programme, copy)
        file = copy / self.file
        text = file.read_text(encoding="utf-8")
        assert self.old in text
        text = text.replace(self.old, self.new, 1)
        file.write_text(text, encoding="utf-8")

        with pytest.raises(ProgrammeError) as refused:
            Programme.load(copy)

        expected = self.expected
        if "{line of " in expected:
            piece = expected.split("{line of ")[1].split("}")[0]
            expected = expected.replace(f"{{line of {piece}}}", str(line_of(text, piece)))
        lines = str(refused.value).splitlines()
        start = f"{file}:{line_of(text, self.at)}: "
        found = [line for line in lines if line.startswith(start + expected)]
        assert found, f"expected {start}{expected}\ngot\n" + "\n".join(lines)


def line_of(text: str, piece: str) -> int:
    """The number of the first line that holds a piece."""
    return text[: text.index(piece)].count("\n") + 1
