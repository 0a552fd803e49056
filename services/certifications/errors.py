"""What can be refused by certifications, each with its HTTP status."""

from shared.errors import Conflict, NotFound, Unavailable, Unprocessable


class UnknownCertification(NotFound):
    """The programme has no certification of that code."""

    slug, title = "unknown-certification", "This programme has no such certification"


class UnknownVerificationCode(NotFound):
    """No certificate carries that verification code."""

    slug, title = "unknown-verification-code", "No certificate carries this verification code"


class NotActive(Conflict):
    """A certificate is only to be had while the certification is active."""

    slug, title = "certification-not-active", "The certification is not active"


class NameNotDrawable(Unprocessable):
    """No typeface at hand has all the characters of a name."""

    slug, title = "name-not-drawable", "The certificate cannot be set in this script yet"


class UnusableEvent(ValueError):
    """An event that can't be taken in as it is; it is parked until somebody looks at it."""


class UnknownCandidate(NotFound):
    """Nothing is known of that candidate."""

    slug, title = "unknown-candidate", "There is no such candidate here"


class NameNotKnownYet(Unavailable):
    """A result came before the candidate's registration; the name follows in a moment."""

    slug, title = "name-not-known-yet", "The candidate's name is not known here yet"


class UnknownAction(NotFound):
    """Nothing of that id was done about this candidate."""

    slug, title = "unknown-action", "There is no such action"


class AlreadyUndone(Conflict):
    """An action can be undone once."""

    slug, title = "action-already-undone", "The action has been undone already"


class IdTaken(Conflict):
    """An id chosen by the client belongs to something else."""

    slug, title = "id-taken", "This id is taken"


class UnusableAction(Unprocessable):
    """An action names what the programme or the candidate does not have, or days out of order."""

    slug, title = "unusable-action", "The action cannot be recorded as it is"


class ActionImpossible(Conflict):
    """An action contradicts how the candidate stands, e.g. a second suspension."""

    slug, title = "action-impossible", "The action contradicts how the candidate stands"


class UnusableImagination(Unprocessable):
    """What is imagined names what the programme does not have, or days far away."""

    slug, title = "unusable-imagination", "This cannot be imagined as it is"
