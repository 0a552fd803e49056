"""The gateway's configuration in a real nginx, and the embedded form's door beside it."""

import inspect
import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import pytest
import uvicorn

from deploy.embedded.door import Door
from deploy.embedded.limits import Limiter, gateway_limits
from deploy.gateway.render import defaults, render
from deploy.local.nginx import NginxServer, find_program
from deploy.local.ports import LOCALHOST, free_port
from deploy.local.processes import ServerUnavailableError
from deploy.members import PORTAL, SERVICES

pytestmark = pytest.mark.skipif(find_program() is None, reason="no nginx on this machine")
DOWN = "fulfillment"
LIMITS = {
    "GATEWAY_RATE_GENERAL": "60r/m",
    "GATEWAY_BURST_GENERAL": "12",
    "GATEWAY_RATE_SIGN_IN": "6r/m",
    "GATEWAY_BURST_SIGN_IN": "3",
    "GATEWAY_RATE_PUBLIC": "12r/m",
    "GATEWAY_BURST_PUBLIC": "5",
}


class Echo(BaseHTTPRequestHandler):
    """Answers with what arrived."""

    protocol_version = "HTTP/1.1"
    # The paths of the requests of which the first line has arrived.
    begun: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.begun.append(self.path)
        self.rfile.read(int(self.headers.get("content-length") or 0))
        heard = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps({"path": self.path, "headers": heard}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("x-powered-by", "curiosity")
        self.send_header("x-frame-options", "SAMEORIGIN")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


class Gateway:
    """nginx with the gateway's configuration before echoes."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        self.echoes = {
            name: ThreadingHTTPServer((LOCALHOST, 0), Echo) for name in (*SERVICES, PORTAL)
        }
        self.port, self.inside_port = free_port(), free_port()
        for name, echo in self.echoes.items():
            if name == DOWN:
                echo.server_close()
            else:
                threading.Thread(target=echo.serve_forever, args=(0.05,), daemon=True).start()
        configuration = render(
            folder,
            {
                **{
                    f"GATEWAY_{name.upper()}": f"{LOCALHOST}:{echo.server_port}"
                    for name, echo in self.echoes.items()
                },
                "GATEWAY_LISTEN": f"{LOCALHOST}:{self.port}",
                "GATEWAY_INTERNAL_LISTEN": f"{LOCALHOST}:{self.inside_port}",
                "GATEWAY_PUBLIC_URL": "https://certtrack.example",
                "GATEWAY_RESOLVE": "",
                "GATEWAY_RESOLVER": LOCALHOST,
                "GATEWAY_STATE": str(folder),
                "GATEWAY_DOCUMENTS": str(folder / "docs"),
                "GATEWAY_ACCESS_LOG": str(folder / "access.log"),
                "GATEWAY_ERROR_LOG": str(folder / "error.log"),
                **variables,
            },
        ).read_text()
        if os.geteuid() == 0:
            configuration = f"user root;\n{configuration}"
        self.folder = folder
        self.nginx = NginxServer(folder, configuration=configuration, port=self.port)
        self.outside = httpx2.Client(base_url=f"http://{LOCALHOST}:{self.port}")
        self.inside = httpx2.Client(base_url=f"http://{LOCALHOST}:{self.inside_port}")

    def begin(self, path: str, part: bytes = b"", *, length: int) -> tuple[bytes, socket.socket]:
        """Begin a post; return what is answered when nothing of the body was sent."""
        connection = socket.create_connection((LOCALHOST, self.port), timeout=20)
        head = f"POST {path} HTTP/1.1\r\nHost: certtrack\r\nContent-Length: {length}\r\n\r\n"
        connection.sendall(head.encode() + part)
        if part:
            return b"", connection
        with connection:
            return connection.recv(1000), connection

    @contextmanager
    def running(self) -> Iterator["Gateway"]:
        self.nginx.start()
        try:
            yield self
        finally:
            self.nginx.stop()
            self.outside.close()
            self.inside.close()
            for name, echo in self.echoes.items():
                if name != DOWN:
                    echo.shutdown()
                    echo.server_close()


@pytest.fixture(scope="module")
def gateway(server_folder: Path) -> Iterator[Gateway]:
    folder = server_folder / "gateway"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "openapi.json").write_text("{}")
    with Gateway(folder, {}).running() as running:
        yield running


def problem(response: httpx2.Response, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["type"] == f"https://certtrack.example/problems/{slug}"
    assert body["request_id"] == response.headers["x-request-id"]
    return body


def test_nginx_refuses_a_broken_configuration(server_folder: Path) -> None:
    gateway = Gateway(server_folder / "broken", {"GATEWAY_BODY": "enormous"})
    with pytest.raises(ServerUnavailableError, match="client_max_body_size"), gateway.running():
        pass


def test_idle_connections_end_at_the_gateway_before_they_end_at_a_member(tmp_path: Path) -> None:
    text = render(tmp_path, {}).read_text(encoding="utf-8")
    here = [int(one) for one in re.findall(r" keepalive \d+;\n +keepalive_timeout (\d+)s;", text)]
    assert len(here) == len([*SERVICES, PORTAL]) == text.count(" keepalive ")
    there = inspect.signature(uvicorn.Config).parameters["timeout_keep_alive"].default
    assert max(here) < there


def test_a_variable_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="GATEWAY_BURTS"):
        render(tmp_path, {"GATEWAY_BURTS": "1"})


@pytest.mark.parametrize("service", [name for name in SERVICES if name != DOWN])
def test_a_service_gets_its_paths_without_the_prefix(gateway: Gateway, service: str) -> None:
    heard = gateway.outside.get(f"/api/{service}/some/thing?a=1&b=%2F").json()
    assert heard["path"] == "/some/thing?a=1&b=%2F"


@pytest.mark.parametrize("path", ["/", "/cisco/", "/apis/x", "/cisco/staff/imports/new"])
def test_the_rest_is_the_portals(gateway: Gateway, path: str) -> None:
    assert gateway.outside.get(path).json()["path"] == path


def test_what_a_caller_claims_about_its_way_here_is_stripped(gateway: Gateway) -> None:
    claims = {
        "X-Forwarded-For": "198.51.100.7",
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": "198.51.100.7",
        "X-Original-URL": "/admin",
        "Forwarded": "for=198.51.100.7",
    }
    heard = gateway.outside.get("/api/exams/x", headers=claims).json()["headers"]
    assert heard["x-forwarded-for"] == LOCALHOST
    assert heard["x-forwarded-proto"] == "https"
    assert not {"x-forwarded-host", "x-real-ip", "x-original-url", "forwarded"} & heard.keys()


def test_the_portal_may_name_its_visitor_on_the_inner_door(gateway: Gateway) -> None:
    heard = gateway.inside.get("/api/exams/x", headers={"X-Forwarded-For": "198.51.100.7"}).json()
    assert heard["headers"]["x-forwarded-for"] == "198.51.100.7"


def test_a_request_keeps_one_id_all_the_way(gateway: Gateway) -> None:
    own = gateway.outside.get("/api/exams/x")
    assert own.headers.get_list("x-request-id") == [own.json()["headers"]["x-request-id"]]
    given = gateway.outside.get("/api/exams/x", headers={"X-Request-ID": "order-0815-4711"})
    assert given.json()["headers"]["x-request-id"] == "order-0815-4711"
    evil = gateway.outside.get("/api/exams/x", headers={"X-Request-ID": 'x" onload="y'})
    assert '"' not in evil.headers["x-request-id"]


def test_answers_carry_the_security_headers_once(gateway: Gateway) -> None:
    api, page = gateway.outside.get("/api/exams/x"), gateway.outside.get("/cisco/")
    for answer in (api, page):
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
        assert answer.headers.get_list("x-frame-options") == ["DENY"]
        assert "x-powered-by" not in answer.headers
        assert answer.headers["server"] == "nginx"
    assert api.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "content-security-policy" not in page.headers


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/healthz", "/readyz", "/api/exams/metrics", "/api/identity/healthz"),
        *("/api/exams/readyz/", "/api/exams//metrics", "/api/exams/%6detrics"),
        *("/api", "/api/", "/api/nothing/x", "/api/docs"),
    ],
)
def test_what_is_not_public_is_not_there(gateway: Gateway, path: str) -> None:
    problem(gateway.outside.get(path), 404, "not-found")


def test_the_reference_is_served(gateway: Gateway) -> None:
    answer = gateway.outside.get("/api/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


def test_a_service_that_is_down_is_named(gateway: Gateway) -> None:
    answer = gateway.outside.get(f"/api/{DOWN}/entitlements")
    assert DOWN in problem(answer, 503, "unavailable")["detail"]
    assert int(answer.headers["retry-after"]) > 0


def test_bodies_have_a_size(gateway: Gateway) -> None:
    large = b"x" * 3_000_000
    problem(gateway.outside.post("/api/exams/results", content=large), 413, "too-large")
    for files in ("/api/exams/imports?kind=results", "/api/exams/feeds/pearson-vue/files?name=x"):
        assert gateway.outside.post(files, content=large).json()["path"] == files[10:]
    assert gateway.outside.post("/cisco/staff/imports", content=large).is_success
    head, _ = gateway.begin("/api/exams/imports", length=600_000_000)
    assert head.startswith(b"HTTP/1.1 413 ")


def test_a_file_is_passed_on_while_it_arrives(gateway: Gateway) -> None:
    """Whatever is larger than the gateway's memory must go through it."""
    for path in (
        "/api/exams/imports?kind=results",
        "/api/exams/feeds/pearson-vue/files?name=x",
        "/cisco/staff/imports",
    ):
        Echo.begun.clear()
        _, connection = gateway.begin(path, b"x" * 5_000, length=3_000_000)
        with connection:
            end = time.monotonic() + 20
            while not Echo.begun and time.monotonic() < end:
                time.sleep(0.01)
            assert Echo.begun
            connection.sendall(b"x" * 2_995_000)
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_a_certificate_may_be_larger_than_a_request(gateway: Gateway) -> None:
    for path in (
        "/api/exams/completions",
        "/api/exams/completions/an-id",
        "/cisco/testing-history/course-completions/new",
        "/api/identity/cases",
        "/api/identity/cases/CASE-7K3M-2Q/messages",
        "/api/identity/name-changes",
        "/cisco/support/cases/new",
        "/cisco/staff/cases/CASE-7K3M-2Q",
        "/cisco/personal-info/name",
    ):
        assert gateway.outside.post(path, content=b"x" * 10_500_000).is_success
        problem(gateway.outside.put(path, content=b"x" * 12_000_000), 413, "too-large")


def test_the_gateway_tells_that_it_lives_on_the_inner_door_only(gateway: Gateway) -> None:
    assert gateway.inside.get("/healthz").text == "ok\n"


def test_it_writes_one_json_line_a_request(gateway: Gateway) -> None:
    gateway.outside.get("/api/exams/x", headers={"X-Request-ID": "a-line-in-the-log"})
    lines = [json.loads(line) for line in (gateway.folder / "access.log").read_text().splitlines()]
    assert any(line["request_id"] == "a-line-in-the-log" for line in lines)


# -- rates: the same series of requests at nginx and at the embedded form's door

SERIES = (
    [("POST", "/api/identity/sessions")] * 6
    + [("POST", "/api/identity/sign-in-links/check")]
    + [("POST", "/api/identity/staff/sign-in-links/redeem")]
    + [("POST", "/api/identity/federation/flows/finish")]
    + [("POST", "/api/identity/sessions/second-factor")]
    + [("POST", "/api/identity/staff/sessions/passkey/options")]
    + [("GET", "/api/transcripts/public/ABCDEFGH")] * 3
    + [("GET", "/api/certifications/public/ABCDEFGH")] * 4
    + [("GET", "/cisco/")] * 10
)


def door(limits: Mapping[str, str]) -> httpx2.AsyncClient:
    async def fine(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    limiter = Limiter(gateway_limits({**defaults(), **limits}))
    app = Door(fine, limiter, public_url="https://certtrack.example")
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://x")


async def refusals_of_the_door(limits: Mapping[str, str]) -> list[tuple[int, str | None]]:
    async with door(limits) as client:
        answers = [await client.request(method, path) for method, path in SERIES]
    return [(one.status_code, one.headers.get("retry-after")) for one in answers]


async def test_both_forms_refuse_alike(server_folder: Path) -> None:
    with Gateway(server_folder / "limited", LIMITS).running() as gateway:
        answers = [gateway.outside.request(method, path) for method, path in SERIES]
        refused = [one for one in answers if one.status_code == 429]
        for one in refused:
            problem(one, 429, "too-many-requests")
        at_nginx = [(one.status_code, one.headers.get("retry-after")) for one in answers]
        # Somebody else, and the portal's own errands, are not slowed down by this one.
        visitor = {"X-Forwarded-For": "198.51.100.9"}
        assert gateway.inside.get("/api/exams/x", headers=visitor).is_success
        assert all(gateway.inside.get("/api/exams/x").is_success for _ in range(40))
    assert len(refused) >= 10
    assert await refusals_of_the_door(LIMITS) == at_nginx
    assert await refusals_of_the_door({**LIMITS, "GATEWAY_BURST_SIGN_IN": "4"}) != at_nginx
