"""Getting in: what signing in, a token and a page cost."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

import asyncpg
import httpx2
from argon2 import PasswordHasher
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey, KeySet

from benchmarks import product as forms
from benchmarks.figures import Figure, figure
from benchmarks.load import PROGRAMME
from benchmarks.product import Product
from benchmarks.visitors import look_at
from benchmarks.visitors import sign_in as fill_in
from services.identity import demonstration
from services.identity.settings import IdentitySettings
from shared.auth import AUDIENCE, ISSUER, Keys, sign

RUNS = 3
PEOPLE = 40
SIGN_INS = 80
TOKENS = 2_000
# Everybody comes from one address here.
MANY_ADDRESSES = {
    f"GATEWAY_{what}_{zone}": limit
    for zone in ("GENERAL", "SIGN_IN")
    for what, limit in {"RATE": "100000r/s", "BURST": "100000"}.items()
}
PER_SECOND = 100
VIEWS = 1_000
PAGES = (
    "",
    "certifications",
    "certifications/CCNA",
    "testing-history",
    "transcripts",
    "personal-info/identification",
)


async def sign_in() -> list[Figure]:
    """Measure how many candidates sign in per second, beside Argon2 alone in as many threads."""
    settings = IdentitySettings()
    async with forms.distributed(gateway=MANY_ADDRESSES) as product:
        await product.register(PEOPLE)
        people = await _give_passwords(product)
        async with httpx2.AsyncClient(base_url=product.url, timeout=60) as client:
            await _sign_in(client, people[: settings.password_threads])
            rates, bare = [], []
            for _ in range(RUNS):
                wanted = [people[number % PEOPLE] for number in range(SIGN_INS)]
                started = time.perf_counter()
                await _sign_in(client, wanted)
                rates.append(SIGN_INS / (time.perf_counter() - started))
                bare.append(await asyncio.to_thread(_argon2, settings))
    note = "sign-ins/s of different candidates; beside Argon2id alone"
    return [figure("sign_in", rates, "sign-ins/s", yardstick=bare, note=note)]


async def _give_passwords(product: Product) -> list[str]:
    """Give everybody the demonstration's password; return their ids."""
    hashed = _hasher(IdentitySettings()).hash(demonstration.CANDIDATE_PASSWORD)
    database = await asyncpg.connect(product.databases["identity"].replace("+asyncpg", ""))
    await database.execute(
        "INSERT INTO credentials (candidate_id, password_hash, set_at) "
        "SELECT candidate_id, $1, registered_at FROM candidates ON CONFLICT DO NOTHING",
        hashed,
    )
    rows = await database.fetch("SELECT candidate_id FROM testing_ids WHERE testing_id LIKE 'T%'")
    await database.close()
    return [row["candidate_id"] for row in rows]


async def _sign_in(client: httpx2.AsyncClient, people: list[str]) -> None:
    """Sign people in, twice as many at a time as hashes run, so that none of those waits."""
    waiting = list(people)

    async def worker() -> None:
        while waiting:
            body = {
                "programme": PROGRAMME,
                "login": waiting.pop(),
                "password": demonstration.CANDIDATE_PASSWORD,
            }
            answer = await client.post("/api/identity/sessions", json=body)
            answer.raise_for_status()

    await asyncio.gather(*(worker() for _ in range(2 * IdentitySettings().password_threads)))


def _hasher(settings: IdentitySettings) -> PasswordHasher:
    return PasswordHasher(
        time_cost=settings.argon2_passes,
        memory_cost=settings.argon2_memory_kib,
        parallelism=settings.argon2_lanes,
    )


def _argon2(settings: IdentitySettings) -> float:
    hasher = _hasher(settings)
    known = hasher.hash(demonstration.CANDIDATE_PASSWORD)
    count = SIGN_INS // 2
    with ThreadPoolExecutor(settings.password_threads) as threads:
        started = time.perf_counter()
        checks = [
            threads.submit(hasher.verify, known, demonstration.CANDIDATE_PASSWORD)
            for _ in range(count)
        ]
        for check in checks:
            check.result()
        return count / (time.perf_counter() - started)


async def token_verify() -> list[Figure]:
    """Measure what a token costs that has not been seen before, beside the bare signature."""
    key = ECKey.generate_key("P-256", {"kid": "benchmark"})
    public = KeySet([key]).as_dict(private=False)

    async def source() -> dict[str, object]:
        return dict(public)

    ours, bare = [], []
    for _ in range(RUNS):
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "kind": "candidate", "programme": PROGRAMME}
        tokens = [
            sign({**claims, "sub": f"C{number}", "iat": now, "exp": now + 600}, key)
            for number in range(TOKENS)
        ]
        keys = Keys(source)
        await keys.verify(tokens[0])
        started = time.perf_counter()
        for token in tokens[1:]:
            await keys.verify(token)
        ours.append((time.perf_counter() - started) / (TOKENS - 1) * 1e6)
        bare.append(_signatures())
    note = "one ES256 access token seen for the first time; beside the bare signature"
    return [figure("token_verify", ours, "µs", yardstick=bare, note=note)]


def _signatures() -> float:
    key = ec.generate_private_key(ec.SECP256R1())
    algorithm = ec.ECDSA(hashes.SHA256())
    message = b"x" * 300
    signature = key.sign(message, algorithm)
    public = key.public_key()
    started = time.perf_counter()
    for _ in range(TOKENS):
        public.verify(signature, message, algorithm)
    return (time.perf_counter() - started) / TOKENS * 1e6


async def portal_page_p99() -> list[Figure]:
    """Measure a candidate's pages at a steady rate, beside the same pages one at a time."""
    async with (
        forms.embedded() as product,
        httpx2.AsyncClient(base_url=product.url, timeout=30) as browser,
    ):
        candidate = demonstration.CANDIDATE_ID, demonstration.CANDIDATE_PASSWORD
        await fill_in(browser, f"/{PROGRAMME}/sign-in", *candidate)
        await look_at(browser, PAGES, per_second=20, count=60)
        worst, alone = [], []
        for _ in range(RUNS):
            times = await look_at(browser, PAGES, per_second=PER_SECOND, count=VIEWS)
            worst.append(quantiles(times, n=100)[98])
            one_by_one = await look_at(browser, PAGES, per_second=8, count=24)
            alone.append(sum(one_by_one) / len(one_by_one))
    note = f"p99 of {len(PAGES)} pages in turn, {PER_SECOND}/s, embedded; beside one at a time"
    return [figure("portal_page_p99", worst, "ms", yardstick=alone, note=note)]
