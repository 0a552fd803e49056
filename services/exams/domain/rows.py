"""From the rows of a file to the JSON values that the API would have been sent."""

from collections.abc import Sequence
from typing import Any

from services.exams.domain.format import Format
from services.exams.domain.items import Fault
from services.exams.domain.sheet import Row

KEYS = ("registration_number", "external_id", "our_number", "candidate_id", "testing_id")
"""The columns that name a row to whoever sent it, the best first."""


class RowReader:
    """Reads the rows of one file.

    columns: as the file names them; programme: what a row is for that does not say.
    """

    def __init__(self, layout: Format, columns: Sequence[str], programme: str) -> None:
        self._translate = layout.translate
        self._programme = programme
        ours = [layout.columns.get(name.casefold()) for name in columns]
        self._places = [(place, column) for place, column in enumerate(ours) if column]
        self._theirs = {column: columns[place] for place, column in self._places}
        self._key = next((ours.index(key) for key in KEYS if key in ours), None)

    def read(self, rows: Sequence[Row]) -> list[dict[str, Any] | list[Fault]]:
        """The value of each row, or why it has none."""
        return [self._value(cells) for _, cells in rows]

    def _value(self, cells: list[str]) -> dict[str, Any] | list[Fault]:
        given = {column: text for place, column in self._places if (text := cells[place].strip())}
        value: dict[str, Any] = given
        if self._translate is not None:
            try:
                value = self._translate(given)
            except ValueError as fault:
                column, colon, message = str(fault).partition(": ")
                if not colon:
                    column, message = "row", str(fault)
                return [Fault(field=column, message=message)]
        value.setdefault("programme", self._programme)
        return value

    def fault(self, fault: Fault) -> Fault:
        """A fault of an item in the words of the file: its column instead of the API's field."""
        field = fault.field.removeprefix("candidate.")
        return Fault(field=self._theirs.get(field, field), message=fault.message)

    def key(self, cells: Sequence[str]) -> str:
        """What the sender knows a row by."""
        return "" if self._key is None else cells[self._key].strip()
