"""The clock edge of notifications: delivery, woken whenever an e-mail is queued."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.notifications import handlers
from services.notifications.handlers import Fate
from services.notifications.letters import Letters
from services.notifications.mailer import Mailer, MailServerAway, Outcome
from services.notifications.models import Contact, Email
from services.notifications.my_data import MY_DATA
from shared import metrics
from shared.context import ServiceContext
from shared.failpoints import failpoint
from shared.jobs import Job
from shared.logs import log

MOST_AT_ONCE = 50
# What is left of a lease must be enough for one letter on a slow server.
MARGIN = 0.2
AWAY_PAUSE = timedelta(seconds=10)

_STATE = {"sent": "sent", "refused": "failed", "later": "queued"}

Taken = tuple[Email, Contact | None]


class Pace:
    """Keeps to a number of e-mails per second; 0 is as fast as it goes."""

    def __init__(self, per_second: float) -> None:
        self._seconds = 1 / per_second if per_second else 0.0
        self._free_at = 0.0

    async def wait(self, count: int) -> None:
        """Wait until that many more may be sent."""
        now = time.monotonic()
        if self._free_at > now:
            await asyncio.sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + count * self._seconds


async def deliver(context: ServiceContext) -> None:
    """Send every e-mail that is due, or stop at once if the mail server is away."""
    mailer: Mailer = context.extras["mailer"]
    lease = timedelta(seconds=context.settings.mail_lease_seconds)
    async with context.database.transaction() as session:
        await handlers.release_all(session)
    try:
        while True:
            async with context.database.transaction() as session:
                taken = list(await handlers.take(session, MOST_AT_ONCE, lease))
            keep_until = context.clock.now() + lease * (1 - MARGIN)
            if not taken or not await _send(context, mailer, taken, keep_until):
                return
    finally:
        await mailer.close()


async def _send(
    context: ServiceContext, mailer: Mailer, taken: list[Taken], keep_until: datetime
) -> bool:
    pace: Pace = context.extras["pace"]
    while taken:
        if context.clock.now() > keep_until:
            await _give_back(context, taken, after=timedelta(), reason=None)
            return True
        some = taken[: mailer.at_once]
        await pace.wait(len(some))
        try:
            fates = await _attempt(context, mailer, some)
        except MailServerAway as away:
            log.warning("mail server away", reason=str(away), waiting=len(taken))
            await _give_back(context, taken, after=AWAY_PAUSE, reason=str(away))
            return False
        failpoint("notifications.after_send")
        async with context.database.transaction() as session:
            keep = context.settings.mailbox
            settled = await handlers.write_down(session, fates, keep=keep)
        for template, state in settled:
            outcome = "later" if state == "queued" else state
            metrics.EMAILS.labels(context.name, template, outcome).inc()
        del taken[: mailer.at_once]
    return True


async def _attempt(context: ServiceContext, mailer: Mailer, some: Sequence[Taken]) -> list[Fate]:
    letters: Letters = context.extras["letters"]
    fates: list[Fate] = []
    written = {}
    for email, contact in some:
        if reason := _too_late(email, context.clock.now()):
            fates.append(Fate(email, "failed", reason))
            continue
        try:
            letter = letters.write(email, contact)
        except Exception as error:  # a template or a programme's file is wrong: try after a fix
            log.error("e-mail not written", email_id=str(email.id), fault=repr(error))
            fates.append(Fate(email, "queued", f"could not be written: {error!r}"))
            continue
        written[letter.email_id] = (email, letter)
    outcomes = await mailer.send([letter for _, letter in written.values()])
    return fates + [_fate(written[outcome.letter.email_id][0], outcome) for outcome in outcomes]


def _fate(email: Email, outcome: Outcome) -> Fate:
    letter = outcome.letter
    return Fate(
        email,
        _STATE[outcome.fate],
        outcome.error,
        to_address=letter.to_address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )


def _too_late(email: Email, now: datetime) -> str | None:
    expires_at = email.data.get("expires_at")
    if expires_at and datetime.fromisoformat(expires_at) <= now:
        return "the link ran out before the e-mail could be sent"
    return None


async def _give_back(
    context: ServiceContext, taken: Sequence[Taken], *, after: timedelta, reason: str | None
) -> None:
    async with context.database.transaction() as session:
        emails = [email for email, _ in taken]
        await handlers.give_back(session, emails, after=after, reason=reason)


async def forget_last_words(context: ServiceContext) -> None:
    """Forget letters that said good-bye, and where they went, a day after they were sent."""
    async with context.database.transaction() as session:
        await handlers.forget_last_words(session)


JOBS = (
    Job("deliver", every=timedelta(seconds=5), run=deliver),
    Job("last-words", every=timedelta(hours=1), run=forget_last_words),
    MY_DATA.job,
)
