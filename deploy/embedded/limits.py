"""How often one address may ask: the gateway's limits and its arithmetic, in this process.

The rates are those of the gateway (`deploy/gateway/defaults.env`). The arithmetic is that of
nginx's limit_req with `burst` and `nodelay`: each request fills a bucket by one, which leaks at
the rate; a request that would fill it past the burst is refused and does not count.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from re import Pattern

_UNITS = {"s": 1.0, "m": 60.0}
# Above this many addresses the empty buckets are thrown away.
_MOST_BUCKETS = 20_000


@dataclass(frozen=True)
class Limit:
    """A rate for the requests whose "METHOD /path" fits."""

    name: str
    requests: Pattern[str]
    per_second: float
    burst: int
    retry_after: int


@dataclass
class Limiter:
    """Refuses who asks too often."""

    limits: tuple[Limit, ...]
    clock: Callable[[], float] = time.monotonic
    _buckets: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def refuse(self, method: str, path: str, client: str) -> int | None:
        """Return after how many seconds to try again, or None when the request may pass."""
        now = self.clock()
        request = f"{method} {path}"
        asked = [limit for limit in self.limits if limit.requests.match(request)]
        filled = [(limit, self._fill(limit, client, now)) for limit in asked]
        if any(level > limit.burst for limit, level in filled):
            return max(limit.retry_after for limit in asked)
        for limit, level in filled:
            self._buckets[limit.name, client] = (level, now)
        if len(self._buckets) > _MOST_BUCKETS:
            self._forget_empty(now)
        return None

    def _fill(self, limit: Limit, client: str, now: float) -> float:
        bucket = self._buckets.get((limit.name, client))
        if bucket is None:
            return 0.0
        level, last = bucket
        return max(0.0, level - (now - last) * limit.per_second) + 1.0

    def _forget_empty(self, now: float) -> None:
        rates = {limit.name: limit.per_second for limit in self.limits}
        self._buckets = {
            key: (level, last)
            for key, (level, last) in self._buckets.items()
            if level > (now - last) * rates[key[0]]
        }


def gateway_limits(variables: Mapping[str, str]) -> tuple[Limit, ...]:
    """The gateway's limits from its variables."""

    def limit(name: str, requests: str, retry_after: int) -> Limit:
        rate, _, unit = variables[f"GATEWAY_RATE_{name}"].partition("r/")
        burst = int(variables[f"GATEWAY_BURST_{name}"])
        return Limit(name, re.compile(requests), float(rate) / _UNITS[unit], burst, retry_after)

    # The same requests as in deploy/gateway/templates/nginx.conf.template; a test compares.
    return (
        limit("GENERAL", r"", 1),
        limit(
            "SIGN_IN",
            r"POST /api/identity/((staff/)?sessions|(staff/)?sign-in-links|score-reports"
            r"|address-proofs|self-registrations|federation/flows|federation/pending|oauth/token)"
            r"(/check|/redeem|/finish|/second-factor|/confirm|/passkey|/passkey/options)?$",
            2,
        ),
        limit("PUBLIC", r"\S+ /api/(certifications|transcripts)/public/", 1),
    )
