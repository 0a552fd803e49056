"""What each type of problem about settings, addresses and help means."""

from collections.abc import Callable

from portal.problem_text import ProblemText


def explained_profiles(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return the problem types of profiles and help by their slugs, in the reader's language."""
    return {
        "asked-otherwise": ProblemText(
            409,
            _("The question has been worded anew meanwhile"),
            _("The answer was given to other words than those in which the programme asks now."),
            _("Read the settings again, and answer the version that they name."),
        ),
        "address-doubtful": ProblemText(
            422,
            _("Please look at this address once more"),
            _(
                "It has not what most addresses of its country have; the member “errors” names "
                "the fields. Nothing was kept."
            ),
            _("Correct the fields, or send the address again with “as_written”: true."),
        ),
        "no-logo": ProblemText(
            404,
            _("There is no logo"),
            _("The programme has not put a picture into its folder."),
            _("Show the word mark instead."),
        ),
        "unknown-article": ProblemText(
            404,
            _("There is no such article"),
            _("The programme's help has no article with this id, or not any more."),
            _("Look for it in the list of articles."),
        ),
    }
