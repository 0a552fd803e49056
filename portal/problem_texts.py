"""What each type of problem means, and what its reader can do."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemText:
    """One type of problem."""

    status: int
    title: str
    meaning: str
    remedy: str


def explained(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return every type of problem by its slug, in the reader's language."""
    return {
        "malformed": ProblemText(
            400,
            _("The request could not be read"),
            _("The body is not what its content type says: broken JSON, a wrong encoding, "
              "or a file that is no CSV."),
            _("Check that the body is complete and in UTF-8, then send it again."),
        ),
        "unauthorized": ProblemText(
            401,
            _("A valid access token is needed"),
            _("The request carries no access token, or one that has run out or is not ours."),
            _("Get a new access token and send the request again."),
        ),
        "forbidden": ProblemText(
            403,
            _("This is not allowed"),
            _("The token is valid, but it does not give access to this operation, programme "
              "or candidate."),
            _("Ask the programme for the scope you need, or use the client that has it."),
        ),
        "not-found": ProblemText(
            404,
            _("There is no such thing here"),
            _("Nothing has this address, or it belongs to somebody else."),
            _("Check the id. Ids and codes are unique within their programme."),
        ),
        "conflict": ProblemText(
            409,
            _("This contradicts what is recorded"),
            _("The request would change something that has moved on in the meantime."),
            _("Read the current state, then decide again."),
        ),
        "gone": ProblemText(
            410,
            _("This is no longer available"),
            _("It was here once: a link that was used or has run out, or a transcript that "
              "its owner has closed."),
            _("Ask for a new link."),
        ),
        "too-large": ProblemText(
            413,
            _("The request is too large"),
            _("The body is larger than the operation takes."),
            _("Send at most 1,000 items in one request; a CSV file may have 50,000 rows "
              "and 20 MB."),
        ),
        "invalid": ProblemText(
            422,
            _("Something in the request is not right"),
            _("The request was read, and one or more fields are wrong. The member “errors” "
              "names each field, and the row where there are several."),
            _("Correct the fields that are named and send the request again. Nothing of it "
              "was recorded."),
        ),
        "too-many-requests": ProblemText(
            429,
            _("Too many requests"),
            _("Too many requests came from the same place in a short time."),
            _("Wait for as long as the header Retry-After says."),
        ),
        "unavailable": ProblemText(
            503,
            _("Not available for the moment"),
            _("Something that the service depends on is away for the moment."),
            _("Send the same request again a little later. Sending results twice changes "
              "nothing."),
        ),
        "internal": ProblemText(
            500,
            _("Something went wrong on our side"),
            _("The failure has been recorded together with the request's id."),
            _("Try again; if it stays, tell support the request's id."),
        ),
    }
