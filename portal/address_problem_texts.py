"""What the problem types of e-mail addresses and of links asked for mean."""

from collections.abc import Callable

from portal.problem_text import ProblemText


def explained_addresses(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return the problem types of addresses by their slugs, in the reader's language."""
    return {
        "unknown-request": ProblemText(
            404,
            _("There is no such request"),
            _("Nobody asked for a link under this id, or it was more than a day ago."),
            _("Ask for a new link."),
        ),
        "not-your-address": ProblemText(
            404,
            _("This address is not one of the account"),
            _("The account has no such e-mail address, and none that waits for a link."),
            _("Read the account's addresses first."),
        ),
        "address-there": ProblemText(
            409,
            _("The account has this address already"),
            _("The address was added and confirmed before."),
            _("Nothing is left to do; make it the primary address if mail is to go there."),
        ),
        "last-address": ProblemText(
            409,
            _("This is the primary address"),
            _("An account keeps one address that its mail goes to."),
            _("Make another address the primary one, then remove this one."),
        ),
        "too-many-addresses": ProblemText(
            409,
            _("The account holds no further address"),
            _("There is a limit to the number of addresses of one account."),
            _("Remove one that is no longer used."),
        ),
    }
