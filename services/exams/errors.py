"""Errors of exams."""

from shared.errors import Conflict, Gone, NotFound, Unprocessable


class UnknownCandidate(NotFound):
    """The candidate is not known here."""

    slug, title = "unknown-candidate", "No such candidate in this programme"


class UnknownResult(NotFound):
    """The result does not exist, or is not the caller's to see."""

    slug, title = "unknown-result", "No such result"


class ResultRevoked(Gone):
    """The result has been taken back, so there is nothing to report of it."""

    slug, title = "result-revoked", "This result has been taken back"


class UnknownFlag(NotFound):
    """The flag does not exist, or is not the caller's to see."""

    slug, title = "unknown-flag", "No such flag"


class NotAsItStands(Conflict):
    """A result or a flag stands otherwise than the decision supposes."""

    slug, title = "not-as-it-stands", "That cannot be done with it as it stands"


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


class UnknownWaiting(NotFound):
    """Nothing with this id waits for its candidate."""

    slug, title = "unknown-waiting", "Nothing waits under this id"


class RowsForgotten(Gone):
    """The rows of an import are not kept any longer."""

    slug, title = "rows-forgotten", "The rows are no longer kept"


class ItemContradicts(Conflict):
    """The one item of a request contradicts what was recorded under its number."""

    slug, title = "item-contradicts", "The registration number was recorded with other content"


class UnknownProgramme(NotFound):
    """There is no such programme in this installation."""

    slug, title = "unknown-programme", "No such programme"


class ActivityContradicts(Conflict):
    """The one activity of a request contradicts what was recorded under its external id."""

    slug, title = "activity-contradicts", "The external id was recorded with another activity"


class UnknownBooking(NotFound):
    """There is no such booking or eligibility of the calling vendor's."""

    slug, title = "unknown-booking", "No such booking"


class AmbiguousBooking(Conflict):
    """A code stands for several bookings, so it says nothing about one of them."""

    slug, title = "ambiguous-booking", "The code stands for several bookings"


class BookingHasResult(Conflict):
    """A candidate who has a result is said not to have sat the exam."""

    slug, title = "booking-has-result", "A result was recorded for this booking"


class UnknownAuthorization(NotFound):
    """The authorization does not exist, or is not the caller's to see."""

    slug, title = "unknown-authorization", "No such authorization"


class AuthorizationStands(Conflict):
    """The candidate may sit the exam in that time already."""

    slug, title = "authorization-stands", "There is such an authorization already"


class UnknownFile(NotFound):
    """No file of this name was made, or all of it has been told anew since."""

    slug, title = "unknown-file", "No such file"


class UnknownCompletion(NotFound):
    """The course completion does not exist, or is not the caller's to see."""

    slug, title = "unknown-completion", "No such course completion"


class CompletionChanged(Conflict):
    """The completion is no longer as the caller saw it, or in a state that allows this."""

    slug, title = "completion-changed", "The course completion has changed meanwhile"


class CompletionRepeated(Conflict):
    """The same course of the same day was handed in already."""

    slug, title = "completion-repeated", "This course was handed in already"


class TooManyCompletions(Conflict):
    """So many completions of one candidate wait that no more are taken before some are decided."""

    slug, title = "too-many-completions", "Too many course completions wait"


class UnusableKey(Unprocessable):
    """An Idempotency-Key cannot be used."""

    slug, title = "unusable-idempotency-key", "The Idempotency-Key cannot be used"


class KeyReused(Unprocessable):
    """An Idempotency-Key came with another request than before."""

    slug, title = "idempotency-key-reused", "The Idempotency-Key belongs to another request"


class KeyInUse(Conflict):
    """The first request with an Idempotency-Key is still being answered."""

    slug, title = "idempotency-key-in-use", "The same request is being answered"


class UnknownAgreement(NotFound):
    """The programme has no such agreement."""

    slug, title = "unknown-agreement", "No such agreement"


class AgreementNotInForce(Conflict):
    """The version is not the one that may be accepted now."""

    slug, title = "agreement-not-in-force", "This version cannot be accepted"
