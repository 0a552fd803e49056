"""What the problem types of staff and API clients mean."""

from collections.abc import Callable

from portal.problem_text import ProblemText


def explained_access(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return the problem types of access by their slugs, in the reader's language."""
    return {
        "unknown-staff-member": ProblemText(
            404,
            _("There is no such staff member"),
            _("Nobody with this id works for the programme, or not any more."),
            _("Look for them in the list of people."),
        ),
        "unknown-client": ProblemText(
            404,
            _("There is no such API client"),
            _("No client has this id, or it belongs to programmes that are not yours."),
            _("Look for it in the list of API clients."),
        ),
        "not-your-own": ProblemText(
            409,
            _("Somebody else has to do this"),
            _("Nobody changes what they themselves may do."),
            _("Ask another administrator."),
        ),
        "last-administrator": ProblemText(
            409,
            _("This is the last administrator"),
            _("A programme keeps somebody who can give roles."),
            _("Make somebody else an administrator first; it counts once they have logged in."),
        ),
        "not-yours-to-give": ProblemText(
            403,
            _("You do not have this yourself"),
            _("Nobody gives or takes rights that they do not have, or of other programmes."),
            _("Ask an administrator who has them."),
        ),
    }
