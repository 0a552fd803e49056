"""The errors of transcripts."""

from shared.errors import Conflict, Gone, NotFound, Unavailable, Unprocessable


class NoSuchTranscript(NotFound):
    """The id is unknown, or belongs to somebody else: the answer is the same for both."""

    slug, title = "no-such-transcript", "There is no such transcript"


class TranscriptNotValid(Unprocessable):
    """A field of the transcript cannot be taken as it is."""

    slug, title = "transcript-not-valid", "The transcript could not be saved"


class TooManyTranscripts(Conflict):
    """The candidate has as many transcripts as one may have."""

    slug, title = "too-many-transcripts", "You have as many transcripts as one person may have"


class TranscriptRanOut(Gone):
    """The transcript was valid through a day that is over."""

    slug, title = "transcript-ran-out", "This transcript is not valid any more"


class TranscriptNotShared(Gone):
    """The candidate has stopped sharing: this transcript, or anything at all."""

    slug, title = "transcript-not-shared", "This transcript is not shared any more"


class HolderNotKnownYet(Unavailable):
    """The candidate's own data have not arrived here yet; they will within moments."""

    slug, title = "holder-not-known-yet", "This transcript is being prepared"
