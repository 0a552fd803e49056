"""Problem types of accounts at providers and of self-registration."""

from collections.abc import Callable

from portal.problem_text import ProblemText


def explained_federation(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return the types by their slug, in the reader's language."""
    return {
        "unknown-provider": ProblemText(
            404,
            _("There is no such way to sign in"),
            _("The programme has no such provider, or this installation is not registered there."),
            _("Read the programme again: it names the providers that are offered."),
        ),
        "provider-away": ProblemText(
            424,
            _("The provider of the sign-in is away"),
            _("It does not answer, or not as OpenID Connect says. We ourselves are there."),
            _("Try again in a few minutes, or sign in another way."),
        ),
        "provider-refused": ProblemText(
            403,
            _("The sign-in at the provider did not succeed"),
            _(
                "The person declined, the code was not taken, or the ID token could not be "
                "verified; the member “reason” says which."
            ),
            _("Begin the sign-in again."),
        ),
        "flow-over": ProblemText(
            410,
            _("This sign-in was not begun here, or is over"),
            _(
                "What came back does not belong to what this browser keeps, was used already, or "
                "came after a quarter of an hour."
            ),
            _("Begin the sign-in again."),
        ),
        "pending-over": ProblemText(
            410,
            _("This account is not waiting to be connected any more"),
            _("It was connected, waited for a day, or waits for somebody else."),
            _("Sign in at the provider again."),
        ),
        "external-account-taken": ProblemText(
            409,
            _("This account is connected to somebody else"),
            _("An account at a provider signs in one candidate of a programme at most."),
            _("Disconnect it there, or merge the two candidates if they are one person."),
        ),
        "too-many-external-accounts": ProblemText(
            409,
            _("Another account is connected already"),
            _("The programme lets a candidate connect one account of this provider."),
            _("Disconnect the other one first."),
        ),
        "last-way-in": ProblemText(
            409,
            _("This is the only way in"),
            _("Without this account the candidate could not sign in."),
            _("Set a password or add a passkey first."),
        ),
        "unknown-external-account": ProblemText(
            404,
            _("This account is not connected"),
            _("It was disconnected in the meantime, or is not the caller's."),
            _("Read the list of connected accounts again."),
        ),
        "address-elsewhere": ProblemText(
            409,
            _("This address belongs to another account"),
            _("Nothing was changed; a case was opened, which “case_number” names."),
            _("Read the mail about the case, or answer in it."),
        ),
        "self-registration-closed": ProblemText(
            403,
            _("Registration by oneself is not open here"),
            _("The programme's accounts come by themselves with the first booking of an exam."),
            _("Book an exam, or use “Never logged in before?” if you have done so."),
        ),
    }
