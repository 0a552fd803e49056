"""What feeds.yaml says."""

import codecs
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.programmes.checks.inspection import Inspection
from shared.programmes.faults import Place
from shared.programmes.feeds import OUR_COLUMNS, Mapping

FILE = "feeds.yaml"


def check_feeds(look: Inspection) -> None:
    """Names used twice or unknown, columns that are none of ours, checks that find nothing."""
    feeds = look.files.feeds
    look.ids_once(FILE, "vendors", feeds.vendors, "id", "vendor")
    mappings: list[tuple[Place, str]] = []
    for at, vendor in enumerate(feeds.vendors):
        for number, mapping in enumerate(vendor.mappings):
            place: Place = ("vendors", at, "mappings", number)
            mappings.append(((*place, "id"), mapping.id))
            _check_mapping(look, place, mapping)
    # Files are told apart by the name of their layout alone, whoever sends them.
    look.once(FILE, mappings, "mapping")
    for at, check in enumerate(feeds.checks):
        place = ("checks", at)
        look.knows_all(FILE, (*place, "exams"), "exam", check.exams)
        look.knows_all(FILE, (*place, "of_class"), "class", check.of_class)
        if check.check == "retake_too_early" and not look.files.exams.retakes:
            look.say(
                FILE,
                (*place, "check"),
                "finds nothing: exams.yaml has no retakes; expected the waits there",
            )


def _check_mapping(look: Inspection, place: Place, mapping: Mapping) -> None:
    _check_columns(look, place, mapping)
    try:
        codecs.lookup(mapping.encoding)
    except LookupError:
        look.say(
            FILE,
            (*place, "encoding"),
            f"unknown encoding {mapping.encoding!r}; expected a name such as utf-8 or cp1252",
        )
    try:
        ZoneInfo(mapping.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        look.say(
            FILE,
            (*place, "timezone"),
            f"unknown time zone {mapping.timezone!r}; expected an IANA name such as UTC",
        )


def _check_columns(look: Inspection, place: Place, mapping: Mapping) -> None:
    ours = OUR_COLUMNS[mapping.kind]
    known = f"expected one of {', '.join(sorted(ours))}"
    filled: dict[str, str] = {}
    for theirs, our in mapping.columns.items():
        where = (*place, "columns", theirs)
        if our not in ours:
            look.say(FILE, where, f"unknown column {our!r} of {mapping.kind}; {known}")
        elif our in filled:
            look.say(FILE, where, f"{our!r} is already filled by column {filled[our]!r}")
        filled[our] = theirs
        if theirs in mapping.ignored:
            look.say(FILE, where, "is among the ignored columns too; expected one or the other")
    for our in mapping.constants:
        where = (*place, "constants", our)
        if our not in ours:
            look.say(FILE, where, f"unknown column {our!r} of {mapping.kind}; {known}")
        elif our in filled:
            look.say(FILE, where, f"is already filled by column {filled[our]!r}")
    written = [("values", our) for our in mapping.values] + [
        ("dates", our) for our in mapping.dates
    ]
    for field, our in written:
        if our not in filled:
            message = f"no column of the file fills {our!r}; expected one of "
            look.say(FILE, (*place, field, our), message + ", ".join(sorted(filled)))
