"""What is over is forgotten, and nothing else."""

from datetime import timedelta

from services.identity.handlers.housekeeping import forget_what_is_over
from services.identity.jobs import JOBS
from tests.services.identity.conftest import Identity, registration
from tests.services.identity.proving import follow, proofs, show_report, signed_in


async def test_tables_do_not_grow_for_ever(identity: Identity) -> None:
    await identity.candidate_with_password()
    await identity.register(registration("T2"))
    await identity.sign_in("CSCO10000000", address="203.0.113.5")
    await identity.sign_in("CSCO10000000", "not this one", "198.51.100.7")
    me = await signed_in(identity, "CSCO10000000")
    await me.post("/me/emails", email="T2@example.com")
    await follow(identity, proofs(identity)[-1].token)
    await identity.post("/sign-in-links", {"programme": "cisco", "email": "x@example.com"})
    await show_report(identity)
    forget = next(job for job in JOBS if job.name == "forget-what-is-over").run

    async def counts() -> dict[str, int]:
        tables = (
            "sign_in_links",
            "sessions",
            "refresh_tokens",
            "throttles",
            "known_addresses",
            "link_requests",
            "score_report_requests",
            "address_proofs",
            "duplicate_addresses",
        )
        return {name: await identity.scalar(f"SELECT count(*) FROM {name}") for name in tables}

    before = await counts()
    assert all(before.values())
    await forget(identity.here)
    assert await counts() == before
    identity.clock.advance(timedelta(days=3))
    await forget(identity.here)
    short = {"throttles": 0, "link_requests": 0, "score_report_requests": 0}
    assert await counts() == before | short
    identity.clock.advance(timedelta(days=100))
    await forget(identity.here)
    assert not any((await counts()).values())
    assert await identity.scalar("SELECT count(*) FROM candidates") == 2


async def test_steps_that_nobody_finished_are_forgotten(identity: Identity) -> None:
    await identity.post("/sessions/passkey/options", {"programme": "cisco"})

    async def forget() -> None:
        async with identity.here.database.transaction() as session:
            await forget_what_is_over(session)

    await forget()
    assert await identity.scalar("SELECT count(*) FROM challenges") == 1
    identity.clock.advance(timedelta(hours=2))
    await forget()
    assert await identity.scalar("SELECT count(*) FROM challenges") == 0
