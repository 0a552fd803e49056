"""The demonstration: seeded once, known to everybody, refused in production."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services.identity import demonstration
from shared.errors import StartRefused
from shared.events import CandidateRegistered
from tests.services.identity.conftest import Identity, registration, running, settings_for


async def test_the_demonstration_is_seeded_once(identity: Identity) -> None:
    await demonstration.seed(identity.here)
    shown = await demonstration.seed(identity.here)
    await identity.settle()
    (event,) = identity.of_type(CandidateRegistered)
    assert event.candidate_id == "CSCO10000000"
    assert event.testing_ids[0].testing_id == demonstration.TESTING_ID
    assert [one.login for one in shown] == [
        "CSCO10000000",
        "staff@example.com",
        "vue-demonstration",
    ]


async def test_its_sign_ins_work(identity: Identity) -> None:
    candidate, staff, client = await demonstration.seed(identity.here)
    assert (await identity.sign_in(candidate.login, candidate.secret)).status_code == 200
    body = {"login": staff.login, "password": staff.secret}
    assert (await identity.post("/staff/sessions", body)).status_code == 200
    form = {
        "grant_type": "client_credentials",
        "client_id": client.login,
        "client_secret": client.secret,
    }
    assert (await identity.http.post("/oauth/token", data=form)).status_code == 200


async def test_registrations_go_on_after_it(identity: Identity) -> None:
    await demonstration.seed(identity.here)
    await identity.register(registration("T1"))
    await demonstration.seed(identity.here)
    ids = [event.candidate_id for event in identity.of_type(CandidateRegistered)]
    assert ids == ["CSCO10000000", "CSCO10000001"]


async def test_somebody_elses_database_gets_no_jane(identity: Identity) -> None:
    await identity.register(registration("T1"))
    await demonstration.seed(identity.here)
    assert await identity.scalar("SELECT count(*) FROM candidates") == 1


async def test_production_refuses_it(database_url: str, tmp_path: Path) -> None:
    own = SecretStr("a secret of the operators, long enough")
    production = settings_for(
        database_url,
        environment="production",
        key_encryption_secret=own,
        storage_url=f"file:{tmp_path / 'files'}",
    )
    async with running(production) as identity:
        with pytest.raises(StartRefused):
            await demonstration.seed(identity.here)
    async with running(settings_for(database_url)) as identity:
        await demonstration.seed(identity.here)
    with pytest.raises(StartRefused, match="API client vue-demonstration"):
        async with running(production):
            pytest.fail("it started")
