"""What the problem types of passkeys, codes and sessions mean."""

from collections.abc import Callable

from portal.problem_text import ProblemText


def explained_factors(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return the problem types of second factors by their slugs, in the reader's language."""
    return {
        "reauthentication-required": ProblemText(
            403,
            _("Please confirm that it is you"),
            _(
                "The change concerns how an account is opened or what becomes of it, and the last "
                "proof of who is asking is too old for it."
            ),
            _("Confirm with password, passkey or code, and send the request again."),
        ),
        "second-factor-required": ProblemText(
            403,
            _("A second step is needed"),
            _("The first step of signing in was right, and the account asks for one more."),
            _(
                "Finish with one of the “methods”, giving the “challenge” back. It works once "
                "and for ten minutes."
            ),
        ),
        "second-factor-setup-required": ProblemText(
            403,
            _("Set up a second factor first"),
            _("Staff sign in with two factors, and this session has shown one."),
            _("Add a passkey or a code app under Security; then everything opens."),
        ),
        "factor-refused": ProblemText(
            403,
            _("That is not right"),
            _("The code, passkey or password is not the account's, or was used already."),
            _("Try again, or use another of the ways."),
        ),
        "challenge-over": ProblemText(
            410,
            _("Please begin again"),
            _("The step was begun more than ten minutes ago, was taken already, or never begun."),
            _("Begin again."),
        ),
        "unknown-factor": ProblemText(
            404,
            _("There is no such factor"),
            _("The account has no such passkey, app or code."),
            _("Look at what the account has under Security."),
        ),
        "factor-needed": ProblemText(
            409,
            _("This one is needed"),
            _("It is the last second factor of somebody who must have one."),
            _("Set up another one first."),
        ),
        "too-many-factors": ProblemText(
            409,
            _("That is one too many"),
            _("The account has as many passkeys as it can have."),
            _("Remove one that you no longer use."),
        ),
        "unknown-session": ProblemText(
            404,
            _("There is no such session"),
            _("It has ended, or it is somebody else's."),
            _("Look at the list of sessions."),
        ),
    }
