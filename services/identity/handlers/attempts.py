"""Attempts to sign in: counted before the password is looked at, so that hurrying does not help."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.throttling import ACCOUNT, ADDRESS, KNOWN_ADDRESS, PAIR, Patience
from services.identity.errors import SlowDown
from services.identity.models import KnownAddress, Throttle
from services.identity.tokens import hash_of
from shared.context import context
from shared.rows import insert_new, one_of, update_rows, upsert

_ADVICE = "set a new password with a link sent to your e-mail address"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at an account from an address (None where the address is not known)."""

    account: str
    address: str | None

    @property
    def pair(self) -> str:
        """The key of this account and this address together."""
        return hash_of("pair", self.account, self.address or "")


def account_key(kind: str, programme: str, login: str) -> str:
    """Return the key of an account, whether or not it exists."""
    return hash_of("account", kind, programme, login)


async def begin_attempt(session: AsyncSession, attempt: Attempt, *, advice: str = _ADVICE) -> None:
    """Count an attempt as failed until it succeeds.

    advice: what else the person can do. Raises SlowDown, the same for known and unknown logins,
    while the delay lasts; an attempt refused so is not counted.
    """
    limits = [(attempt.pair, PAIR)]
    if attempt.address is not None:
        limits.append((hash_of("address", attempt.address), ADDRESS))
    if not await _is_known(session, attempt):
        limits.append((attempt.account, ACCOUNT))
    await _count(session, limits, advice)


async def begin_at_address(session: AsyncSession, address: str | None, *, advice: str) -> None:
    """Count an attempt that names no account as failed until it succeeds; raises SlowDown."""
    if address is not None:
        await _count(session, [(hash_of("address", address), ADDRESS)], advice)


async def succeed_at_address(session: AsyncSession, address: str | None) -> None:
    """Take back the count of an attempt that named no account."""
    if address is not None:
        await _take_back(session, [hash_of("address", address)])


async def count_request(session: AsyncSession, what: str, address: str | None) -> None:
    """Count a request that costs others something (a mail); raises SlowDown when there are many."""
    if address is not None:
        await _count(session, [(hash_of("request", what, address), ADDRESS)])


async def count_limits(
    session: AsyncSession, limits: Sequence[tuple[str, Patience]], *, advice: str
) -> None:
    """Count a request against several limits at once; raises SlowDown where one is reached."""
    await _count(session, limits, advice)


async def succeed(session: AsyncSession, attempt: Attempt) -> None:
    """Take back the count of an attempt, and remember the address as the person's own."""
    now = context(session).clock.now()
    await session.execute(delete(Throttle).where(Throttle.key == attempt.pair))
    others = [attempt.account]
    if attempt.address is not None:
        others.append(hash_of("address", attempt.address))
    await _take_back(session, others)
    if attempt.address is not None:
        row = {"account": attempt.account, "address": attempt.address, "seen_at": now}
        await upsert(session, KnownAddress, [row], key=["account", "address"], update=["seen_at"])


async def _take_back(session: AsyncSession, keys: Sequence[str]) -> None:
    await session.execute(
        update(Throttle)
        .where(one_of(session, Throttle.key, keys), Throttle.failures > 0)
        .values(failures=Throttle.failures - 1, not_before=None)
    )


async def _is_known(session: AsyncSession, attempt: Attempt) -> bool:
    since = context(session).clock.now() - KNOWN_ADDRESS
    known = exists().where(
        KnownAddress.account == attempt.account,
        KnownAddress.address == attempt.address,
        KnownAddress.seen_at > since,
    )
    return bool(await session.scalar(select(known)))


async def _count(
    session: AsyncSession, limits: Sequence[tuple[str, Patience]], advice: str = _ADVICE
) -> None:
    now = context(session).clock.now()
    patience = dict(sorted(limits))
    nothing = {"failures": 0, "last_failure_at": None, "not_before": None}
    await insert_new(session, Throttle, [{"key": key, **nothing} for key in patience])
    # In the order of the keys, so that two attempts never wait for each other.
    rows = list(
        await session.scalars(
            select(Throttle)
            .where(one_of(session, Throttle.key, list(patience)))
            .order_by(Throttle.key)
            .with_for_update()
        )
    )
    waits = [row.not_before - now for row in rows if row.not_before and row.not_before > now]
    if waits:
        seconds = ceil(max(waits).total_seconds())
        raise SlowDown(
            f"Please wait {seconds} second{'s' if seconds != 1 else ''} and try again, or "
            f"{advice}.",
            headers={"Retry-After": str(seconds)},
            retry_after=seconds,
        )
    counted = []
    for row in rows:
        limit = patience[row.key]
        failures = (row.failures if limit.still_counts(row.last_failure_at, now) else 0) + 1
        counted.append(
            {
                "key": row.key,
                "failures": failures,
                "last_failure_at": now,
                "not_before": now + limit.delay(failures),
            }
        )
    await update_rows(session, Throttle, counted, key=["key"])
