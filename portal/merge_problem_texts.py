"""What the problem types of merges mean."""

from collections.abc import Callable

from portal.problem_text import ProblemText


def explained_merges(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return the problem types of merges by their slugs, in the reader's language."""
    return {
        "unknown-merge": ProblemText(
            404,
            _("There is no such merge"),
            _("No merge has this id in this programme."),
            _("Take the id from the list of merges."),
        ),
        "merge-impossible": ProblemText(
            422,
            _("These candidates cannot be merged"),
            _(
                "They are one person already, one of them does not exist, or the one who would go "
                "on could not be reached by mail. The field is named."
            ),
            _("Let the other one go on, or look at the candidates again."),
        ),
        "merge-not-proven": ProblemText(
            422,
            _("It is not shown that both accounts are yours"),
            _("Login and password of the other account do not belong together."),
            _("Try again, or have staff merge the accounts through a case."),
        ),
        "merge-settled": ProblemText(
            409,
            _("This merge is settled already"),
            _("Somebody has confirmed, dismissed or undone it meanwhile."),
            _("Look at it again before you decide."),
        ),
        "undo-too-late": ProblemText(
            409,
            _("It is too late to undo this merge"),
            _("A merge can be undone for 30 days."),
            _("Correct the records by hand where they are wrong."),
        ),
    }
