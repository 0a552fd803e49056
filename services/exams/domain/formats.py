"""The registry of formats: those that are built in, and those a programme's data adds.

A module that describes formats imports `services.exams.domain.format`, never this one, which
imports them all.
"""

from collections.abc import Mapping
from functools import lru_cache

from services.exams.domain.csv_files import CSV_FORMATS
from services.exams.domain.format import Format, Kind
from services.exams.domain.mapped import mapped_format
from services.exams.domain.pearson_files import pearson_formats
from shared.programmes import Programme

FORMATS: Mapping[str, Format] = {one.name: one for one in (*CSV_FORMATS, *pearson_formats("UTC"))}
"""The formats that every programme has, by name."""

ERRORS = "errors-"
"""What the name of a file of rejected rows begins with, before the name of the file they are of."""

DEFAULTS: Mapping[str, Format] = {one.kind: one for one in CSV_FORMATS}
"""The format of a file of which only the kind is said."""


@lru_cache(maxsize=50)
def formats_of(programme: Programme) -> Mapping[str, Format]:
    """The formats in which a programme takes files, by name."""
    vendors = programme.vendors.items()
    mapped = [mapped_format(one, vendor) for vendor, said in vendors for one in said.mappings]
    known = (*CSV_FORMATS, *pearson_formats(programme.timezone), *mapped)
    return {one.name: one for one in known}


def format_of_name(
    name: str, programme: Programme | None = None, vendor: str | None = None
) -> Format | None:
    """The format that the name of a file tells; a vendor's own before anybody's; None: unknown.

    An errors file that comes back corrected is of its own file's format. vendor: whose file it is,
    if that is known; those of other vendors are not looked at. Of several the one with the longest
    name is meant, as the id of one mapping may begin with another's.
    """
    while name.startswith(ERRORS):
        name = name.removeprefix(ERRORS)
    known = FORMATS if programme is None else formats_of(programme)
    found = [
        one
        for one in known.values()
        if (vendor is None or one.vendor in (None, vendor))
        and one.names is not None
        and one.names.fullmatch(name)
    ]
    return min(found, key=lambda one: (one.vendor is None, -len(one.name)), default=None)


__all__ = ["DEFAULTS", "ERRORS", "FORMATS", "Format", "Kind", "format_of_name", "formats_of"]
