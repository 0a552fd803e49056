"""The registry of formats: those that are built in, and those a programme's data adds.

A module that describes formats imports `services.exams.domain.format`, never this one, which
imports them all.
"""

from collections.abc import Mapping

from services.exams.domain.csv_files import CSV_FORMATS
from services.exams.domain.format import Format, Kind
from shared.programmes import Programme

FORMATS: Mapping[str, Format] = {one.name: one for one in CSV_FORMATS}
"""The formats that every programme has, by name."""

DEFAULTS: Mapping[str, Format] = {one.kind: one for one in CSV_FORMATS}
"""The format of a file of which only the kind is said."""


def formats_of(
    programme: Programme,  # noqa: ARG001 - its mappings come with domain/mapped.py
) -> Mapping[str, Format]:
    """The formats in which a programme takes files, by name."""
    return FORMATS


def format_of_name(
    name: str, programme: Programme | None = None, vendor: str | None = None
) -> Format | None:
    """The format that the name of a file tells; a vendor's own before anybody's; None: unknown.

    vendor: whose file it is; formats of other vendors are not looked at.
    """
    known = FORMATS if programme is None else formats_of(programme)
    found = [
        one
        for one in known.values()
        if one.vendor in (None, vendor) and one.names is not None and one.names.fullmatch(name)
    ]
    return min(found, key=lambda one: one.vendor is None, default=None)


__all__ = ["DEFAULTS", "FORMATS", "Format", "Kind", "format_of_name", "formats_of"]
