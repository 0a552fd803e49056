"""What identity refuses, each with its HTTP status."""

from shared.errors import (
    Conflict,
    Forbidden,
    Gone,
    Malformed,
    NotFound,
    Problem,
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


class UnknownRequest(NotFound):
    """Nobody has asked so, or it was forgotten since."""

    slug, title = "unknown-request", "There is no such request"


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


class ReauthenticationRequired(Forbidden):
    """Too long ago that the person proved who they are, for a change of how they sign in."""

    slug, title = "reauthentication-required", "Please confirm that it is you"


class SecondFactorRequired(Forbidden):
    """The first step of signing in is done; `challenge` and `methods` tell how to take the next."""

    slug, title = "second-factor-required", "A second step is needed"


class ChallengeOver(Gone):
    """The step was begun too long ago, was taken already, or never begun."""

    slug, title = "challenge-over", "Please begin again"


class FactorRefused(Forbidden):
    """The code or passkey is not right; the detail says what can be said."""

    slug, title = "factor-refused", "That is not right"


class FactorNotThere(NotFound):
    """The account has no such passkey, app or code, or it is not the caller's."""

    slug, title = "unknown-factor", "There is no such factor"


class FactorNeeded(Conflict):
    """The last second factor of somebody who must have one."""

    slug, title = "factor-needed", "This one is needed"


class SessionNotThere(NotFound):
    """There is no such session, or it is not the caller's."""

    slug, title = "unknown-session", "There is no such session"


class UnknownMerge(NotFound):
    """There is no such merge in this programme, or it is not the caller's to see."""

    slug, title = "unknown-merge", "There is no such merge"


class MergeImpossible(Unprocessable):
    """These candidates cannot be made one person."""

    slug, title = "merge-impossible", "These candidates cannot be merged"


class MergeNotProven(Unprocessable):
    """The candidate has not shown that the other account is theirs."""

    slug, title = "merge-not-proven", "It is not shown that both accounts are yours"


class MergeSettled(Conflict):
    """The merge has been decided or undone already."""

    slug, title = "merge-settled", "This merge is settled already"


class UndoTooLate(Conflict):
    """The time in which a merge can be undone is over."""

    slug, title = "undo-too-late", "It is too late to undo this merge"


class UnknownStaffMember(NotFound):
    """There is no such staff member in this programme, or not one of the caller's."""

    slug, title = "unknown-staff-member", "There is no such staff member"


class UnknownClient(NotFound):
    """There is no such API client, or it has programmes that are not the caller's."""

    slug, title = "unknown-client", "There is no such API client"


class NotYourOwn(Conflict):
    """Nobody changes what they themselves may do."""

    slug, title = "not-your-own", "Somebody else has to do this"


class LastAdministrator(Conflict):
    """A programme would have nobody left who gives roles."""

    slug, title = "last-administrator", "This is the last administrator"


class NotYoursToGive(Forbidden):
    """Somebody gives or takes what they do not have themselves."""

    slug, title = "not-yours-to-give", "You do not have this yourself"


class UnknownProvider(NotFound):
    """The programme does not take this provider's accounts."""

    slug, title = "unknown-provider", "There is no such way to sign in"


class ProviderAway(Problem):
    """A provider of sign-ins does not answer, or not as its standard says."""

    # Failed Dependency: 502 to 504 would say that we are the ones who are away.
    status = 424
    slug, title = "provider-away", "The provider of the sign-in is away"


class ProviderRefused(Forbidden):
    """What came back from a provider does not prove who is signing in; `reason` says why."""

    slug, title = "provider-refused", "The sign-in at the provider did not succeed"


class FlowOver(Gone):
    """What came back belongs to no sign-in that this browser has begun, or to one that is over."""

    slug, title = "flow-over", "This sign-in was not begun here, or is over"


class PendingOver(Gone):
    """An account at a provider that was to be connected waits no longer."""

    slug, title = "pending-over", "This account is not waiting to be connected any more"


class ExternalAccountTaken(Conflict):
    """The account at the provider signs in somebody else already."""

    slug, title = "external-account-taken", "This account is connected to somebody else"


class TooManyExternalAccounts(Conflict):
    """The programme's policy lets a candidate connect one account of a provider."""

    slug, title = "too-many-external-accounts", "Another account is connected already"


class LastWayIn(Conflict):
    """Without this account there would be no way to sign in."""

    slug, title = "last-way-in", "This is the only way in"


class UnknownExternalAccount(NotFound):
    """The candidate has not connected such an account."""

    slug, title = "unknown-external-account", "This account is not connected"


class SelfRegistrationClosed(Forbidden):
    """Candidates of this programme do not register by themselves."""

    slug, title = "self-registration-closed", "Registration by oneself is not open here"


class TooManyFactors(Conflict):
    """The account has as many passkeys as it can."""

    slug, title = "too-many-factors", "That is one too many"


class AddressElsewhere(Conflict):
    """A proven address is another candidate's; `case_number` names the case about it."""

    slug, title = "address-elsewhere", "This address belongs to another account"


class RequestUnderWay(Conflict):
    """A copy of the same person's data, or its erasure, has been asked for already."""

    slug, title = "request-under-way", "This has been asked for already"


class TooManyCopies(TooManyRequests):
    """More copies of one person's data were asked for in a day than are made."""

    slug, title = "too-many-copies", "That is one copy too many for today"


class NothingToTakeBack(Conflict):
    """No erasure waits: none was asked for, or it has begun."""

    slug, title = "nothing-to-take-back", "There is nothing to take back"


class CopyNotThere(NotFound):
    """There is no such copy, it was deleted after its time, or it is not the caller's."""

    slug, title = "copy-not-there", "There is no such copy"


class NotConfirmed(Unprocessable):
    """An erasure was asked for without the words that show that it is meant."""

    slug, title = "not-confirmed", "Please confirm that it is meant"


class UnknownImport(NotFound):
    """There is no such file of accounts, or it is not of the caller's programmes."""

    slug, title = "unknown-import", "There is no such file"
