"""What the problem types of support cases and changes of name mean."""

from collections.abc import Callable

from portal.problem_text import ProblemText


def explained_cases(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return the problem types of cases and names by their slugs, in the reader's language."""
    return {
        "unknown-case": ProblemText(
            404,
            _("There is no such case"),
            _("No case has this number, or it is not yours to see."),
            _("Take the number from the list of cases; its last character finds slips of the pen."),
        ),
        "unknown-case-file": ProblemText(
            404,
            _("There is no such file"),
            _("The case has no such file, it was deleted, or it is not yours to see."),
            _("Government's documents are deleted once a change of name is decided."),
        ),
        "case-changed": ProblemText(
            409,
            _("The case has changed meanwhile"),
            _("Somebody has written in it, or it is in a state that does not allow this."),
            _("Read it again, then decide."),
        ),
        "too-many-cases": ProblemText(
            429,
            _("Too much is waiting for an answer"),
            _("Only so many cases of one candidate wait, and only so much is written in a day."),
            _("Write in a case that is open, or wait for an answer."),
        ),
        "unknown-name-change": ProblemText(
            404,
            _("There is no such change of name"),
            _("No change of name has this id, or it is not yours to see."),
            _("Take the id from the list of changes."),
        ),
        "name-change-waits": ProblemText(
            409,
            _("A change of your name is being reviewed"),
            _("Of one person only one change of name can wait."),
            _("Withdraw the one that waits, or wait for the decision."),
        ),
        "name-change-decided": ProblemText(
            409,
            _("This change of name is decided already"),
            _("Somebody else was faster, or the candidate has withdrawn it."),
            _("Read it again."),
        ),
        "identification-required": ProblemText(
            422,
            _("This change needs a proof of identity"),
            _("More than case, accents, spacing and punctuation of the name changes."),
            _("Send a government's document along, as a PDF, JPEG or PNG file."),
        ),
        "too-many-name-changes": ProblemText(
            429,
            _("The name was changed too often"),
            _("The writing of a name can be changed a few times a day."),
            _("Try again tomorrow."),
        ),
    }
