"""Errors of exams."""

from shared.errors import Conflict, NotFound, Unprocessable


class UnknownCandidate(NotFound):
    """The candidate is not known here."""

    slug, title = "unknown-candidate", "No such candidate in this programme"


class UnknownImport(NotFound):
    """The import does not exist, or is not the caller's."""

    slug, title = "unknown-import", "No such import"


class TooManyItems(Unprocessable):
    """One request carries more items than allowed."""

    slug, title = "too-many-items", "Too many items in one request"


class ItemRejected(Unprocessable):
    """The one item of a request was not taken; nothing was stored."""

    slug, title = "item-rejected", "The item was not accepted"


class UnreadableFile(Unprocessable):
    """A file cannot be read as a whole; nothing of it was stored."""

    slug, title = "unreadable-file", "The file cannot be read"


class UnknownFormat(Unprocessable):
    """The programme takes no files of this format, or not of this kind."""

    slug, title = "unknown-format", "No such file format"


class ImportTakenAway(Conflict):
    """An import was cancelled while its file was still arriving."""

    slug, title = "import-cancelled", "The import was cancelled"


class ImportEnded(Conflict):
    """What is to be stopped has ended."""

    slug, title = "import-ended", "The import has ended"


class ItemContradicts(Conflict):
    """The one item of a request contradicts what was recorded under its number."""

    slug, title = "item-contradicts", "The registration number was recorded with other content"


class UnknownProgramme(NotFound):
    """There is no such programme in this installation."""

    slug, title = "unknown-programme", "No such programme"


class ActivityContradicts(Conflict):
    """The one activity of a request contradicts what was recorded under its external id."""

    slug, title = "activity-contradicts", "The external id was recorded with another activity"
