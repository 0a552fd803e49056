"""When the gateway or a service is away, and when what is asked for is not there."""

import httpx2
import pytest

from portal.app import create_app
from portal.settings import PortalSettings
from tests.portal.conftest import Visitor
from tests.portal.gateway import World


class Unreachable(httpx2.AsyncBaseTransport):
    """A gateway that nobody answers at."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("connection refused", request=request)


async def test_an_unreachable_gateway_is_a_friendly_page() -> None:
    async with httpx2.AsyncClient(transport=Unreachable(), base_url="http://gateway") as api:
        app = create_app(PortalSettings(), api=api)
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://portal") as client:
            for path in ("/", "/cisco/", "/cisco/verify/K7QM4TXB", "/cisco/brand.css"):
                answer = await client.get(path)
                assert answer.status_code == 503
                assert "We cannot show this at the moment" in answer.text
                assert answer.headers["retry-after"]
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/readyz")).status_code == 503


async def test_readyz_when_the_gateway_answers(visitor: Visitor) -> None:
    assert (await visitor.get("/readyz")).json()["status"] == "ready"


async def test_home_shows_what_it_can_when_a_service_is_away(jane: Visitor, world: World) -> None:
    world.away |= {"exams", "fulfillment"}
    page = await jane.get("/cisco/")
    assert page.status_code == 200
    assert "Your exams cannot be shown at the moment" in page.text
    world.away |= {"certifications"}
    assert "cannot be shown at the moment" in (await jane.get("/cisco/")).text


async def test_a_page_of_a_service_that_is_away_keeps_the_brand(
    jane: Visitor, world: World
) -> None:
    world.away.add("exams")
    page = await jane.get("/cisco/testing-history")
    assert page.status_code == 503
    assert "/cisco/brand.css" in page.text
    assert (await jane.get("/cisco/certifications")).status_code == 200


async def test_identity_away_during_renewal_does_not_end_the_session(
    jane: Visitor, world: World
) -> None:
    await jane.get("/cisco/")
    world.access.clear()
    world.away.add("identity")
    assert (await jane.get("/cisco/testing-history")).status_code == 503
    world.away.clear()
    assert (await jane.get("/cisco/testing-history")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/nowhere/sign-in",
        "/cisco/nowhere",
        "/Cisco/",
        "/cisco/certifications/NOTHING",
        "/problems/nothing",
        "/mailbox/none",
    ],
)
async def test_what_is_not_there_is_a_page(jane: Visitor, path: str) -> None:
    answer = await jane.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


async def test_the_mailbox_is_absent_where_mail_is_real(visitor: Visitor, world: World) -> None:
    assert "Demonstration only" in (await visitor.get("/mailbox")).text
    world.mailbox = None
    assert (await visitor.get("/mailbox")).status_code == 404


async def test_a_mails_own_html_runs_nothing(visitor: Visitor) -> None:
    mail = await visitor.get("/mailbox/m1")
    assert 'href="http://127.0.0.1:8080/cisco/link/good-token"' in mail.text
    inner = await visitor.get("/mailbox/m1/html")
    policy = inner.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy


@pytest.mark.parametrize("code", [" k7qm-4txb ", "K7QM4TXB"])
async def test_a_code_may_be_typed_as_people_do(visitor: Visitor, code: str) -> None:
    answer = await visitor.get("/cisco/verify", params={"code": code})
    assert answer.headers["location"] == "/cisco/verify/K7QM4TXB"


async def test_strangers_see_what_is_valid_and_what_is_not(visitor: Visitor) -> None:
    valid = await visitor.get("/cisco/verify/K7QM4TXB")
    assert "Valid certification" in valid.text
    assert "Jane Doe" in valid.text
    assert "Not valid today" in (await visitor.get("/cisco/verify/4BTSW8KF")).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cisco/verify/AAAAAAAA", 404),
        ("/juniper/verify/K7QM4TXB", 404),
        ("/cisco/transcript/AAAAAAAAAAAAAAAA", 404),
        ("/cisco/transcript/GONEGONEGONEGONE", 410),
    ],
)
async def test_codes_that_show_nothing(visitor: Visitor, path: str, status: int) -> None:
    answer = await visitor.get(path)
    assert answer.status_code == status
    assert "Jane" not in answer.text
    assert "Enter another code" in answer.text
