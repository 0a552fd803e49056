"""What identity refuses, each with its HTTP status."""

from shared.errors import (
    Conflict,
    Gone,
    Malformed,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unprocessable,
)


class UnknownCandidate(NotFound):
    """There is no such candidate in this programme, or it is not the caller's to see."""

    slug, title = "unknown-candidate", "There is no such candidate"


class UnknownProgramme(NotFound):
    """There is no such programme."""

    slug, title = "unknown-programme", "There is no such programme"


class RegistrationRefused(Exception):
    """A registration cannot be matched to a person; parked until somebody corrects it.

    field: the field of ExamRegistered that is wrong.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class SignInRefused(Unauthorized):
    """Login and password do not go together; never says which of the two is wrong."""

    slug, title = "sign-in-refused", "The login or the password is not right"


class SessionOver(Unauthorized):
    """The refresh token no longer gives access."""

    slug, title = "session-over", "Please sign in again"


class SlowDown(TooManyRequests):
    """Too many failed attempts: the next one has to wait."""

    slug, title = "slow-down", "Too many failed attempts"


class PasswordsBusy(Unavailable):
    """More passwords are waiting to be checked than the service takes."""

    slug, title = "busy", "Too many people are signing in at this moment"


class LinkGone(Gone):
    """A mailed link no longer works; the detail says why."""

    slug, title = "link-gone", "This link no longer works"


class PasswordRefused(Unprocessable):
    """The chosen password is not taken."""

    slug, title = "password-refused", "Please choose another password"


class InvalidClient(Unauthorized):
    """The client id or secret is wrong (RFC 6749, section 5.2)."""

    slug, title = "invalid-client", "The client id or secret is not right"


class InvalidScope(Malformed):
    """The client asks for a scope that it does not have (RFC 6749, section 5.2)."""

    slug, title = "invalid-scope", "The client does not have this scope"


class UnsupportedGrant(Malformed):
    """Only client credentials are taken here (RFC 6749, section 5.2)."""

    slug, title = "unsupported-grant-type", "This grant type is not supported"


class AlreadyThere(Conflict):
    """A client or staff member of that name exists."""

    slug, title = "already-there", "This exists already"


class NotYourAddress(NotFound):
    """The account has no such e-mail address."""

    slug, title = "not-your-address", "This address is not one of the account"


class AddressThere(Conflict):
    """The account has this e-mail address already."""

    slug, title = "address-there", "The account has this address already"


class LastAddress(Conflict):
    """The primary e-mail address cannot be taken away."""

    slug, title = "last-address", "This is the primary address"


class TooManyAddresses(Conflict):
    """An account holds only so many e-mail addresses."""

    slug, title = "too-many-addresses", "The account holds no further address"
