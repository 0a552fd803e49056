"""What the problem types of copies and erasures of one's data mean."""

from collections.abc import Callable

from portal.problem_text import ProblemText


def explained_data_requests(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return the problem types of copies and erasures by their slugs, in the reader's language."""
    return {
        "request-under-way": ProblemText(
            409,
            _("This has been asked for already"),
            _("A copy of the same person's data is being made, or its erasure waits."),
            _("Wait for the mail, or take the erasure back first."),
        ),
        "too-many-copies": ProblemText(
            429,
            _("That is one copy too many for today"),
            _("Only so many copies of one person's data are made in a day."),
            _("Fetch the copy that is there, or ask again tomorrow."),
        ),
        "nothing-to-take-back": ProblemText(
            409,
            _("There is nothing to take back"),
            _("No erasure was asked for, or it has begun and cannot be stopped."),
            _("Look at the state of the request."),
        ),
        "copy-not-there": ProblemText(
            404,
            _("There is no such copy"),
            _("It was deleted after its seven days, or it is somebody else's."),
            _("Ask for another copy."),
        ),
        "not-confirmed": ProblemText(
            422,
            _("Please confirm that it is meant"),
            _("What is erased cannot be brought back, so the candidate id is asked for once more."),
            _("Repeat the request with the candidate id in the field that is named."),
        ),
    }
