"""How long a guesser has to wait: the delay grows, and never becomes a lock-out."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures are free of delay, and how long the delay can become.

    free: failures without a delay; first: the delay after the next one, doubled by each further;
    longest: where the doubling ends; forgotten: quiet time after which failures no longer count.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta

    def delay(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures in a row."""
        if failures <= self.free:
            return timedelta()
        # The exponent is bounded before it is used: failures come from outside.
        return min(self.longest, self.first * (1 << min(failures - self.free - 1, 30)))

    def still_counts(self, last_failure: datetime | None, now: datetime) -> bool:
        """Tell whether earlier failures count at all."""
        return last_failure is not None and now - last_failure < self.forgotten


# One guesser at one account: meets the growing delay first.
PAIR = Patience(5, timedelta(seconds=1), timedelta(minutes=5), timedelta(hours=24))
# Many guessers at one account. Short at its longest, and waived for an address from which the
# person has signed in before, so that strangers cannot keep the person out.
ACCOUNT = Patience(20, timedelta(seconds=1), timedelta(seconds=30), timedelta(hours=24))
# One guesser at many accounts; generous, because a school or a company shares one address.
ADDRESS = Patience(50, timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1))
# Score reports with one registration number, from anywhere.
SCORE_REPORT = Patience(5, timedelta(seconds=10), timedelta(minutes=5), timedelta(hours=24))
# Mails to one mailbox that nobody has proven to read.
MAILBOX = Patience(5, timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=24))
# How long an address stays one from which the person has signed in before.
KNOWN_ADDRESS = timedelta(days=90)
