"""A service that starts before its database and its broker are there."""

import asyncio
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx2
import pytest

from deploy.local.ports import LOCALHOST, free_port
from deploy.local.processes import REPOSITORY, ServiceProcess
from shared.events import CandidateRegistered, CertificationEarned
from shared.migrations import upgrade
from tests.faults.books import Books, reached
from tests.faults.proxy import Proxy
from tests.modes import Mode
from tests.shared.desk import house

pytestmark = [pytest.mark.faults, pytest.mark.distributed]


def at(url: str, port: int) -> str:
    """The address, on another port of this machine, with a password that nobody may read."""
    parts = urlsplit(url)
    user = (parts.username or "somebody", parts.password or "do-not-show-this")
    netloc = f"{user[0]}:{user[1]}@{LOCALHOST}:{port}"
    return urlunsplit(parts._replace(netloc=netloc))


async def test_a_service_waits_for_its_database_and_its_broker_and_says_so(
    distributed: Mode, tmp_path: Path
) -> None:
    database = distributed.database_url("fulfillment")
    await asyncio.to_thread(upgrade, "fulfillment", database)
    there = {"database": free_port(), "bus": free_port()}
    service = ServiceProcess(
        "fulfillment",
        target="services.fulfillment.app:create_app",
        log=tmp_path / "fulfillment.log",
        environment={
            "CERTTRACK_DATABASE_URL": at(database, there["database"]),
            "CERTTRACK_BUS_URL": at(distributed.bus_url, there["bus"]),
            "CERTTRACK_PROGRAMMES_FOLDER": str(REPOSITORY / "programmes"),
        },
    )
    service.start(wait=False)
    try:
        async with httpx2.AsyncClient(base_url=service.url) as client:

            async def readiness() -> httpx2.Response:
                return await client.get("/readyz")

            async def answers(status: int, *faults: str) -> bool:
                try:
                    answer = await readiness()
                except httpx2.TransportError:
                    return False
                told = set(answer.json()) - {"status", "service"}
                return answer.status_code == status and told == set(faults)

            await reached(lambda: answers(503, "database", "bus"))
            told = (await readiness()).json()
            for name, port in there.items():
                assert f"{LOCALHOST}:{port}" in told[name]
                assert "do-not-show-this" not in told[name]
            assert (await client.get("/healthz")).status_code == 200
            log = service.log.read_text(encoding="utf-8")
            assert "broker unreachable, trying again" in log
            assert "do-not-show-this" not in log
            async with Proxy(database, there["database"]):
                await reached(lambda: answers(503, "bus"))
                async with Proxy(distributed.bus_url, there["bus"]):
                    await reached(lambda: answers(200))
                    await works(distributed, database)
    finally:
        service.kill9()


async def works(distributed: Mode, database: str) -> None:
    """What is published now has its effect."""
    earned = CertificationEarned(
        programme="cisco",
        candidate_id="CSCO10000001",
        certification="CCNA",
        name="CCNA",
        level="associate",
        category="General Certifications",
        cycle=1,
        started_on=date(2026, 10, 1),
        active_on=date(2026, 10, 1),
        expires_on=date(2029, 10, 1),
        verification_code="ABCDEFGH",
        reason="Passed 200-301",
    )
    async with (
        house(distributed) as opened,
        Books({"fulfillment": database}) as books,
    ):
        certifications = await opened.open("certifications", types=(CandidateRegistered,))
        opened.start_relay("certifications")
        await certifications.add(earned)

        async def entitled() -> bool:
            return await books.count("fulfillment.entitlements") == 1

        await reached(entitled)
