"""What the problem types of vendors' feeds and of the testing history mean."""

from collections.abc import Callable

from portal.problem_text import ProblemText


def explained_feeds(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return the problem types of feeds by their slugs, in the reader's language."""
    return {
        "activity-contradicts": ProblemText(
            409,
            _("The external id was recorded with another activity"),
            _(
                "Something else was stated at the same time under this external id, and"
                " neither is the newer."
            ),
            _("Send it again with a later stated_at if this is the correction."),
        ),
        "ambiguous-booking": ProblemText(
            409,
            _("The code stands for several bookings"),
            _("The code is not enough to tell which booking is meant."),
            _("Send the result with the registration number instead."),
        ),
        "booking-has-result": ProblemText(
            409,
            _("A result was recorded for this booking"),
            _("Somebody who has a result cannot have missed the exam."),
            _("If the result is wrong, revoke it first."),
        ),
        "unknown-booking": ProblemText(
            404,
            _("No such booking"),
            _("There is no booking or eligibility of yours with this code."),
            _("Check the code, and send the registration first."),
        ),
        "authorization-stands": ProblemText(
            409,
            _("There is such an authorization already"),
            _("The candidate may sit this exam in that time already."),
            _("Use that authorization, or withdraw it first."),
        ),
        "unknown-authorization": ProblemText(
            404,
            _("No such authorization"),
            _("There is no authorization with this id, or it is not yours to see."),
            _("Take the id from the list of authorizations."),
        ),
        "result-revoked": ProblemText(
            410,
            _("This result has been taken back"),
            _("It was here once and does not count, so there is no score report of it."),
            _("Ask the testing vendor or the programme's support why it was taken back."),
        ),
        "unknown-result": ProblemText(
            404,
            _("No such result"),
            _("There is no result with this id or number, or it is not yours to see."),
            _("Take it from the testing history."),
        ),
        "unknown-flag": ProblemText(
            404,
            _("No such flag"),
            _("There is no flag with this id, or it is not of your programmes."),
            _("Take the id from the list of flags."),
        ),
        "not-as-it-stands": ProblemText(
            409,
            _("That cannot be done with it as it stands"),
            _("The result or the flag stands otherwise than this decision supposes."),
            _("Look at its present state, then decide again."),
        ),
        "agreement-not-in-force": ProblemText(
            409,
            _("This version cannot be accepted"),
            _("Only the newest version in force can be accepted, and only if its text is here."),
            _("Read the newest version and accept that."),
        ),
        "unknown-agreement": ProblemText(
            404,
            _("No such agreement"),
            _("The programme has no agreement with this id."),
            _("Take the id from the list of agreements."),
        ),
        "unacceptable-file": ProblemText(
            422,
            _("The file cannot be taken"),
            _(
                "What a file is is found in its content: only PDF, JPEG and PNG are "
                "taken, and no PDF with active content or a password."
            ),
            _("Save the file anew as a plain PDF or as a picture."),
        ),
        "unknown-completion": ProblemText(
            404,
            _("No such course completion"),
            _("There is no course completion with this id, or it is not yours to see."),
            _("Take the id from the list of course completions."),
        ),
        "completion-changed": ProblemText(
            409,
            _("The course completion has changed meanwhile"),
            _("It is no longer as you saw it, or in a state that does not allow this."),
            _("Look at it as it is now, then decide again."),
        ),
        "completion-repeated": ProblemText(
            409,
            _("This course was handed in already"),
            _("The same course of the same day was handed in before and not rejected."),
            _("Follow the one that is there; if it was sent back, hand that one in again."),
        ),
        "too-many-completions": ProblemText(
            409,
            _("Too many course completions wait"),
            _("No more are taken before some of those that wait are decided."),
            _("Wait until staff have decided."),
        ),
        "unknown-format": ProblemText(
            422,
            _("No such file format"),
            _("The programme takes no files of this format, or not of this kind."),
            _("Choose one of the formats that the documentation for vendors names."),
        ),
        "import-cancelled": ProblemText(
            409,
            _("The import was cancelled"),
            _("It was cancelled while its file was still arriving."),
            _("Upload the file again if it should be taken in after all."),
        ),
        "import-ended": ProblemText(
            409,
            _("The import has ended"),
            _("What has ended can no longer be stopped."),
            _("Look at what became of its rows."),
        ),
        "rows-forgotten": ProblemText(
            410,
            _("The rows are no longer kept"),
            _("The outcomes of an import's rows are kept for a while only; its errors file stays."),
            _("Use the errors file, or upload the file again: rows that are known change nothing."),
        ),
        "unknown-file": ProblemText(
            404,
            _("No such file"),
            _("No file of this name was made, or all of it has been told anew since."),
            _("Fetch the newest file."),
        ),
        "unknown-waiting": ProblemText(
            404,
            _("Nothing waits under this id"),
            _("It was taken up in the meantime, or there never was such a thing."),
            _("Reload the list of what waits."),
        ),
        "idempotency-key-in-use": ProblemText(
            409,
            _("The same request is being answered"),
            _("The first request with this Idempotency-Key has not ended yet."),
            _("Wait a moment, then send it again with the same key."),
        ),
        "idempotency-key-reused": ProblemText(
            422,
            _("The Idempotency-Key belongs to another request"),
            _("A key stands for one request, and this one differs from the first."),
            _("Use a new key for a new request."),
        ),
        "unusable-idempotency-key": ProblemText(
            422,
            _("The Idempotency-Key cannot be used"),
            _("The key is empty, too long, or holds characters that it may not."),
            _("Use a UUID for each request."),
        ),
    }
