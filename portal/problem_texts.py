"""What each type of problem means, and what its reader can do."""

from collections.abc import Callable

from portal.access_problem_texts import explained_access
from portal.address_problem_texts import explained_addresses
from portal.case_problem_texts import explained_cases
from portal.data_problem_texts import explained_data_requests
from portal.factor_problem_texts import explained_factors
from portal.federation_problem_texts import explained_federation
from portal.feed_problem_texts import explained_feeds
from portal.merge_problem_texts import explained_merges
from portal.problem_text import ProblemText
from portal.profile_problem_texts import explained_profiles


def explained(_: Callable[[str], str]) -> dict[str, ProblemText]:
    """Return every type of problem by its slug, in the reader's language."""
    return {
        "malformed": ProblemText(
            400,
            _("The request could not be read"),
            _(
                "The body is not what its content type says: broken JSON, a wrong encoding, "
                "or a file that is no CSV."
            ),
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
            _(
                "The token is valid, but it does not give access to this operation, programme "
                "or candidate."
            ),
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
            _(
                "It was here once: a link that was used or has run out, or a transcript that "
                "its owner has closed."
            ),
            _("Ask for a new link."),
        ),
        "too-large": ProblemText(
            413,
            _("The request is too large"),
            _("The body is larger than the operation takes."),
            _(
                "Send at most 1,000 items in one request; a CSV file may have 50,000 rows "
                "and 20 MB."
            ),
        ),
        "invalid": ProblemText(
            422,
            _("Something in the request is not right"),
            _(
                "The request was read, and one or more fields are wrong. The member “errors” "
                "names each field, and the row where there are several."
            ),
            _(
                "Correct the fields that are named and send the request again. Nothing of it "
                "was recorded."
            ),
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
            _("Send the same request again a little later. Sending results twice changes nothing."),
        ),
        "unknown-programme": ProblemText(
            404,
            _("There is no such programme"),
            _("No programme of this installation has this id."),
            _("List the programmes at /api/identity/programmes."),
        ),
        "unknown-candidate": ProblemText(
            404,
            _("There is no such candidate"),
            _("The programme has no candidate with this id, or the candidate is not yours to see."),
            _("Check the programme and the id, prefix included."),
        ),
        "unknown-certification": ProblemText(
            404,
            _("This programme has no such certification"),
            _("The code is none of the programme's certifications."),
            _("Take the code from the list of certifications."),
        ),
        "unknown-verification-code": ProblemText(
            404,
            _("No certificate carries this verification code"),
            _("Nothing was ever issued with this code."),
            _("Check the characters: I, O, 0 and 1 are never used."),
        ),
        "unknown-import": ProblemText(
            404,
            _("No such import"),
            _("There is no import with this id, or another vendor uploaded it."),
            _("Take the id from the answer to your upload."),
        ),
        "no-such-transcript": ProblemText(
            404,
            _("There is no such transcript"),
            _("The id or the code is unknown, or the transcript belongs to somebody else."),
            _("Check the id, or ask the owner for the link."),
        ),
        "no-such-mail": ProblemText(
            404,
            _("There is no such e-mail here"),
            _("The local mailbox is off, or holds no such message."),
            _("The mailbox exists only in the demonstration."),
        ),
        "sign-in-refused": ProblemText(
            401,
            _("The login or the password is not right"),
            _("Login and password do not belong together; which of them is wrong is never said."),
            _("Try again, or set a new password by e-mail."),
        ),
        "session-over": ProblemText(
            401,
            _("Please sign in again"),
            _(
                "The refresh token gives no access any more: it has run out, was used "
                "before, or the session was ended."
            ),
            _("Sign in again."),
        ),
        "invalid-client": ProblemText(
            401,
            _("The client id or secret is not right"),
            _(
                "The token endpoint does not know this pair of client id and secret (RFC "
                "6749, section 5.2)."
            ),
            _("Check the secret, or ask the programme for a new one."),
        ),
        "invalid-scope": ProblemText(
            400,
            _("The client does not have this scope"),
            _("The client asked for a scope that it was not given (RFC 6749, section 5.2)."),
            _("Ask for fewer scopes, or for none to get all that the client has."),
        ),
        "unsupported-grant-type": ProblemText(
            400,
            _("This grant type is not supported"),
            _("Machines get tokens by client credentials only (RFC 6749, section 5.2)."),
            _("Send grant_type=client_credentials."),
        ),
        "slow-down": ProblemText(
            429,
            _("Too many failed attempts"),
            _("After several failed attempts the next one has to wait."),
            _("Wait for as long as the header Retry-After says."),
        ),
        "busy": ProblemText(
            503,
            _("Too many people are signing in at this moment"),
            _("More passwords are waiting to be checked than the service takes."),
            _("Try again in a few seconds."),
        ),
        "link-gone": ProblemText(
            410,
            _("This link no longer works"),
            _("The link was used, was replaced by a newer one, or has run out."),
            _("Ask for a new link."),
        ),
        "password-refused": ProblemText(
            422,
            _("Please choose another password"),
            _("The password is too short or too well known; the member “errors” says which."),
            _("Choose a longer one that is used nowhere else."),
        ),
        "already-there": ProblemText(
            409,
            _("This exists already"),
            _("A client or staff member of this name exists."),
            _("Choose another name."),
        ),
        "too-many-items": ProblemText(
            422,
            _("Too many items in one request"),
            _("One request takes at most 1,000 items."),
            _("Divide them over several requests, or upload a CSV file."),
        ),
        "item-rejected": ProblemText(
            422,
            _("The item was not accepted"),
            _("One or more fields of the item are wrong; nothing was stored."),
            _("Correct the fields that the member “errors” names."),
        ),
        "item-contradicts": ProblemText(
            409,
            _("The registration number was recorded with other content"),
            _("A result or registration with this number is recorded and says something else."),
            _("Check the number; the same content again would change nothing."),
        ),
        "unreadable-file": ProblemText(
            422,
            _("The file cannot be read"),
            _(
                "The file as a whole is not CSV in UTF-8 with the expected header row; "
                "nothing of it was stored."
            ),
            _("Correct what the member “errors” names and upload it again."),
        ),
        "certification-not-active": ProblemText(
            409,
            _("The certification is not active"),
            _("A certificate is only to be had while the certification is active."),
            _("Renew the certification, or earn it again."),
        ),
        "unknown-action": ProblemText(
            404,
            _("There is no such action"),
            _("Nothing with this id was done about this candidate."),
            _("Take the id from the list of the candidate's actions."),
        ),
        "action-already-undone": ProblemText(
            409,
            _("The action has been undone already"),
            _("An action can be undone once; somebody has done so."),
            _("Look at the list of actions. To do it again, record a new action."),
        ),
        "action-impossible": ProblemText(
            409,
            _("The action contradicts how the candidate stands"),
            _("For example a second suspension, or an extension of what was never held."),
            _("Look at the candidate's timeline, then decide again."),
        ),
        "unusable-action": ProblemText(
            422,
            _("The action cannot be recorded as it is"),
            _("It names what the programme or the candidate does not have, or days out of order."),
            _("Correct the fields that the member “errors” names."),
        ),
        "unusable-imagination": ProblemText(
            422,
            _("This cannot be imagined as it is"),
            _("An exam or a category is not the programme's, or a day is too far away."),
            _("Correct the fields that the member “errors” names."),
        ),
        "id-taken": ProblemText(
            409,
            _("This id is taken"),
            _("The id that came with the request belongs to something else."),
            _("Send a new id, or none."),
        ),
        "unusable-programme": ProblemText(
            422,
            _("These files cannot be used as a programme"),
            _(
                "There are mistakes in the files; the member “faults” names each with its file, "
                "line and field. Nothing was tried."
            ),
            _("Correct the mistakes and send the files again."),
        ),
        "run-under-way": ProblemText(
            409,
            _("A run over all candidates is under way"),
            _("Only one such run goes on at a time."),
            _("Wait for its end, or stop it, then begin again."),
        ),
        "name-not-drawable": ProblemText(
            422,
            _("The certificate cannot be set in this script yet"),
            _("No typeface at hand has all the characters of the name."),
            _("Ask support for help."),
        ),
        "name-not-known-yet": ProblemText(
            503,
            _("The candidate's name is not known here yet"),
            _("The result came before the registration; the name follows in a moment."),
            _("Try again in a moment."),
        ),
        "holder-not-known-yet": ProblemText(
            503,
            _("This transcript is being prepared"),
            _("The candidate's own data are still on their way."),
            _("Try again in a moment."),
        ),
        "transcript-not-valid": ProblemText(
            422,
            _("The transcript could not be saved"),
            _("One or more fields cannot be taken as they are."),
            _("Correct the fields that the member “errors” names."),
        ),
        "too-many-transcripts": ProblemText(
            409,
            _("You have as many transcripts as one person may have"),
            _("There is a limit to the number of transcripts of one candidate."),
            _("Change one that you no longer need."),
        ),
        "transcript-ran-out": ProblemText(
            410,
            _("This transcript is not valid any more"),
            _("It was valid through a day that is over."),
            _("Ask its owner for a new one."),
        ),
        "transcript-not-shared": ProblemText(
            410,
            _("This transcript is not shared any more"),
            _("Its owner has stopped sharing it."),
            _("Ask its owner."),
        ),
        "internal": ProblemText(
            500,
            _("Something went wrong on our side"),
            _("The failure has been recorded together with the request's id."),
            _("Try again; if it stays, tell support the request's id."),
        ),
        **explained_addresses(_),
        **explained_cases(_),
        **explained_feeds(_),
        **explained_federation(_),
        **explained_factors(_),
        **explained_data_requests(_),
        **explained_merges(_),
        **explained_access(_),
        **explained_profiles(_),
    }
