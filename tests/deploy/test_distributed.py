"""The distributed form on one machine: the topology of docker-compose.yml, really running."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from deploy.commands.run_distributed import seed
from deploy.demonstration.product import Product
from deploy.demonstration.story import Story
from deploy.distributed import GATEWAY, Topology
from deploy.members import PORTAL, SERVICES

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def topology(server_folder: Path) -> Iterator[Topology]:
    made = Topology(server_folder / "topology", before_services=seed)
    made.start()
    yield made
    made.stop()


def test_every_member_is_its_own_process(topology: Topology) -> None:
    pids = {topology.pid(name) for name in (*SERVICES, PORTAL, GATEWAY)}
    assert len(pids) == len(SERVICES) + 2
    assert topology.dead() == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_ready_and_measured(topology: Topology, name: str) -> None:
    address = topology.addresses[name]
    assert httpx2.get(f"{address}/readyz").json() == {"status": "ready", "service": name}
    assert "certtrack_outbox_rows" in httpx2.get(f"{address}/metrics").text


def test_the_portal_is_behind_the_gateway(topology: Topology) -> None:
    page = httpx2.get(f"{topology.url}/cisco/sign-in")
    assert page.status_code == 200
    assert "Cisco" in page.text
    assert httpx2.get(f"{topology.url}/metrics").status_code == 404


def test_the_demonstration_tells_the_whole_story(topology: Topology) -> None:
    told: list[str] = []
    api = Product(topology.url)
    try:
        Story(api, told.append).run()
    finally:
        api.close()
    story = "\n".join(told)
    assert "59 accepted (1 of them wait for their candidate), 0 duplicates, 0 rejected" in story
    assert "results-demonstration.csv: 1 accepted, 0 duplicates, 1 rejected" in story
    assert "the result was taken up" in story
    assert topology.smtp.to("jane.doe@example.com")


def test_a_dead_service_is_named_and_comes_back(topology: Topology) -> None:
    history = f"{topology.url}/api/exams/history"
    topology.kill9("exams")
    assert topology.dead() == ["exams"]
    away = httpx2.get(history)
    assert away.status_code == 503
    assert away.json()["service"] == "exams"
    topology.start_one("exams")
    assert httpx2.get(history).status_code == 401
    assert topology.dead() == []


def test_it_keeps_its_data_from_start_to_start(topology: Topology) -> None:
    topology.stop()
    again = Topology(topology.folder, port=topology.port, before_services=seed)
    again.start()
    try:
        api = Product(again.url)
        api.sign_in()
        assert len(api.candidates("cisco")) > 1
        api.close()
    finally:
        again.stop()
