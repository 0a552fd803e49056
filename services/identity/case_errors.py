"""What identity refuses of support cases and changes of name, each with its HTTP status."""

from shared.errors import Conflict, NotFound, TooManyRequests, Unprocessable


class UnknownCase(NotFound):
    """There is no such case, or it is not the caller's to see."""

    slug, title = "unknown-case", "There is no such case"


class UnknownCaseFile(NotFound):
    """There is no such file in the case, it was deleted, or it is not the caller's to see."""

    slug, title = "unknown-case-file", "There is no such file"


class CaseChanged(Conflict):
    """The case is no longer as the caller saw it, or in a state that allows this."""

    slug, title = "case-changed", "The case has changed meanwhile"


class TooManyCases(TooManyRequests):
    """As many cases of a candidate are open, or as many messages were written, as may be."""

    slug, title = "too-many-cases", "Too much is waiting for an answer"


class UnknownNameChange(NotFound):
    """There is no such change of name, or it is not the caller's to see."""

    slug, title = "unknown-name-change", "There is no such change of name"


class NameChangeWaits(Conflict):
    """A change of the name is being reviewed: another one can only follow it."""

    slug, title = "name-change-waits", "A change of your name is being reviewed"


class NameChangeDecided(Conflict):
    """The change of name is decided, or no longer as the caller saw it."""

    slug, title = "name-change-decided", "This change of name is decided already"


class IdentificationRequired(Unprocessable):
    """More than the writing of the name changes: a government's document has to be seen."""

    slug, title = "identification-required", "This change needs a proof of identity"


class TooManyNameChanges(TooManyRequests):
    """The writing of the name was corrected too often."""

    slug, title = "too-many-name-changes", "The name was changed too often"
