"""The clock edge of notifications: delivery, woken whenever an e-mail is queued."""

import asyncio
import time
from collections import Counter
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
# Until then it is enough to note that a letter is out: a portion is settled together.
SETTLE_SECONDS = 1.0

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
    """Send every e-mail that is due, or stop at once if the mail server is away.

    The connection to the server stays open for the next run; a run that finds nothing closes it.
    """
    mailer: Mailer = context.extras["mailer"]
    lease = timedelta(seconds=context.settings.mail_lease_seconds)
    keep = False
    try:
        async with context.database.transaction() as session:
            taken = list(await handlers.take(session, MOST_AT_ONCE, lease))
        found = bool(taken)
        while taken:
            # Of fewer there is no more: what is queued from here on wakes the job again.
            perhaps_more = len(taken) == MOST_AT_ONCE
            keep_until = context.clock.now() + lease * (1 - MARGIN)
            if not await _send(context, mailer, taken, keep_until):
                return
            taken = []
            if perhaps_more:
                async with context.database.transaction() as session:
                    taken = list(await handlers.take(session, MOST_AT_ONCE, lease))
        keep = found
    finally:
        if not keep:
            await mailer.close()


async def _send(
    context: ServiceContext, mailer: Mailer, taken: list[Taken], keep_until: datetime
) -> bool:
    """Send a portion and settle it; return whether to go on."""
    fates: list[Fate] = []
    try:
        async with handlers.Notes(context.database) as notes:
            return await _send_all(context, mailer, taken, keep_until, fates, notes)
    finally:
        if fates:
            await _settle(context, fates)


async def _send_all(
    context: ServiceContext,
    mailer: Mailer,
    taken: list[Taken],
    keep_until: datetime,
    fates: list[Fate],
    notes: handlers.Notes,
) -> bool:
    pace: Pace = context.extras["pace"]
    settle_at = time.monotonic() + SETTLE_SECONDS
    while taken:
        if context.clock.now() > keep_until:
            await _give_back(context, taken, after=timedelta(), reason=None)
            return True
        some = taken[: mailer.at_once]
        await pace.wait(len(some))
        try:
            new = await _attempt(context, mailer, some)
        except MailServerAway as away:
            log.warning("mail server away", reason=str(away), waiting=len(taken))
            await _give_back(context, taken, after=AWAY_PAUSE, reason=str(away))
            return False
        failpoint("notifications.after_send")
        del taken[: mailer.at_once]
        fates += new
        if not taken or mailer.at_once > 1 or time.monotonic() > settle_at:
            known = fates.copy()
            fates.clear()
            await _settle(context, known)
            settle_at = time.monotonic() + SETTLE_SECONDS
            continue
        for fate in new:
            if fate.sent_at and not fate.email.sent_at:
                await notes.add(fate)
    return True


async def _settle(context: ServiceContext, fates: Sequence[Fate]) -> None:
    async with context.database.transaction() as session:
        settled = await handlers.write_down(session, fates, keep=context.settings.mailbox)
    for (template, state), count in Counter(settled).items():
        outcome = "later" if state == "queued" else state
        metrics.EMAILS.labels(context.name, template, outcome).inc(count)


async def _attempt(context: ServiceContext, mailer: Mailer, some: Sequence[Taken]) -> list[Fate]:
    letters: Letters = context.extras["letters"]
    fates: list[Fate] = []
    written = {}
    for email, contact in some:
        if email.sent_at is not None:
            to, subject = email.to_address, email.subject
            fates.append(Fate(email, "sent", None, to, subject, sent_at=email.sent_at))
            continue
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
    now = context.clock.now()
    return fates + [_fate(written[one.letter.email_id][0], one, now) for one in outcomes]


def _fate(email: Email, outcome: Outcome, now: datetime) -> Fate:
    letter = outcome.letter
    return Fate(
        email,
        _STATE[outcome.fate],
        outcome.error,
        to_address=letter.to_address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        sent_at=now if outcome.fate == "sent" else None,
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


async def look_at_waiting(context: ServiceContext) -> None:
    """Let e-mails go that need not wait any more, and give up what has become old news."""
    more = True
    while more:
        async with context.database.transaction() as session:
            more = await handlers.give_up(session)
    async with context.database.transaction() as session:
        await handlers.release(session)


async def forget_last_words(context: ServiceContext) -> None:
    """Forget letters that said good-bye, and where they went, a day after they were sent."""
    async with context.database.transaction() as session:
        await handlers.forget_last_words(session)


JOBS = (
    Job("deliver", every=timedelta(seconds=5), run=deliver),
    # Whoever's address comes is looked at then; of the rest there may be very many.
    Job("waiting", every=timedelta(seconds=15), run=look_at_waiting),
    Job("last-words", every=timedelta(hours=1), run=forget_last_words),
    MY_DATA.job,
)
