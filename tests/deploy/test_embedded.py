"""`certtrack run`: the product in one process, as a newcomer meets it."""

import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from deploy.demonstration.product import Product
from deploy.demonstration.story import Story
from deploy.embedded.process import EmbeddedProcess
from deploy.local.processes import ServerUnavailableError
from services.identity.demonstration import CANDIDATE_ID, CANDIDATE_PASSWORD, SIGN_INS
from tests.deploy.programs import REPOSITORY


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedProcess]:
    with EmbeddedProcess(tmp_path_factory.mktemp("embedded")) as running:
        yield running


def sign_in(url: str) -> httpx2.Response:
    body = {"programme": "cisco", "login": CANDIDATE_ID, "password": CANDIDATE_PASSWORD}
    return httpx2.post(f"{url}/api/identity/sessions", json=body)


def test_it_prints_the_address_and_the_sign_ins(product: EmbeddedProcess) -> None:
    printed = product.output()
    assert f"Certtrack runs at {product.url}" in printed
    for one in SIGN_INS:
        assert one.login in printed
        assert one.secret in printed


@pytest.mark.parametrize(
    "path",
    [
        *("/cisco/sign-in", "/juniper/sign-in", "/cisco/staff/sign-in", "/mailbox"),
        *("/api/docs", "/api/docs.css", "/api/openapi.json", "/api/identity/programmes"),
        *("/metrics", "/healthz", "/readyz"),
    ],
)
def test_every_part_answers_on_the_one_port(product: EmbeddedProcess, path: str) -> None:
    assert httpx2.get(product.url + path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/nothing/x", "/api/exams/metrics", "/api/exams/readyz", "/api/exams/healthz"]
)
def test_what_the_gateway_hides_is_hidden(product: EmbeddedProcess, path: str) -> None:
    answer = httpx2.get(product.url + path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_answers_carry_the_security_headers(product: EmbeddedProcess) -> None:
    answer = httpx2.get(f"{product.url}/api/identity/programmes")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in answer.headers


def test_the_portal_reaches_the_api(product: EmbeddedProcess) -> None:
    assert "Cisco" in httpx2.get(f"{product.url}/cisco/sign-in").text


def test_the_demonstration_tells_the_whole_story(product: EmbeddedProcess) -> None:
    told: list[str] = []
    api = Product(product.url)
    try:
        Story(api, told.append).run()
        first = "\n".join(told)
        told.clear()
        Story(api, told.append).run()
    finally:
        api.close()
    assert "79 accepted, 0 duplicates, 0 rejected" in first
    assert "59 accepted (1 of them wait for their candidate), 0 duplicates, 0 rejected" in first
    assert "21 accepted, 0 duplicates, 0 rejected" in first
    assert "6 accepted, 0 duplicates, 1 rejected" in first
    assert "creq-demonstration.csv: 3 accepted, 0 duplicates, 0 rejected" in first
    assert "results-demonstration.csv: 1 accepted, 0 duplicates, 1 rejected" in first
    assert "unknown exam '200-999'" in first
    assert "CCNP Enterprise" in first
    assert "certification earned e-mails sent" in first
    assert "the result was taken up" in first
    # The same files again change nothing.
    again = "\n".join(told)
    assert "0 accepted, 79 duplicates, 0 rejected" in again
    assert "0 accepted, 59 duplicates, 0 rejected" in again
    assert "0 accepted, 2 duplicates, 0 rejected" in again
    assert "creq-demonstration.csv: 0 accepted, 3 duplicates, 0 rejected" in again
    assert "nothing is told twice" in again


def test_data_outlives_the_process(tmp_path: Path) -> None:
    product = EmbeddedProcess(tmp_path)
    product.start()
    try:
        assert sign_in(product.url).is_success
        before = {path.name for path in (tmp_path / "data").glob("*.db")}
        product.kill9()
        product.start()
        assert sign_in(product.url).is_success
        assert {path.name for path in (tmp_path / "data").glob("*.db")} == before
        assert len(before) == 6
    finally:
        assert product.stop() == 0


def test_without_the_demonstration_nobody_is_there(tmp_path: Path) -> None:
    with EmbeddedProcess(tmp_path, arguments=["--no-demonstration"]) as product:
        assert sign_in(product.url).status_code == 401
        assert "Sign-ins" not in product.output()


def refusal(process: EmbeddedProcess) -> tuple[int | None, str]:
    """The exit code and the last words of a product that must not start."""
    with pytest.raises(ServerUnavailableError):
        process.start()
    assert not process.alive
    return process.exit_code, process.output()


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = refusal(EmbeddedProcess(tmp_path, port=port, arguments=[]))
    assert code == 1
    assert f"Port {port}" in output
    assert "--port" in output
    assert "Traceback" not in output


def test_a_data_folder_has_one_process(product: EmbeddedProcess, tmp_path: Path) -> None:
    data = product.folder / "data"
    code, output = refusal(EmbeddedProcess(tmp_path, data=data))
    assert code == 1
    assert f"Process {product.pid} already works in {data}" in output


def test_a_wrong_programme_refuses_the_start_with_file_line_and_reason(tmp_path: Path) -> None:
    programmes = tmp_path / "programmes"
    shutil.copytree(REPOSITORY / "programmes", programmes)
    exams = programmes / "cisco" / "exams.yaml"
    lines = exams.read_text().splitlines()
    wrong = next(n for n, line in enumerate(lines, 1) if "class: associate_exam" in line)
    lines[wrong - 1] = lines[wrong - 1].replace("associate_exam", "no_such_class")
    exams.write_text("\n".join(lines))
    environment = {"CERTTRACK_PROGRAMMES_FOLDER": str(programmes)}
    code, output = refusal(EmbeddedProcess(tmp_path, environment=environment))
    assert code == 2
    assert f"{exams}:{wrong}: exams[6].class: " in output
    assert "Traceback" not in output


def test_production_refuses_the_demonstrations_secrets(tmp_path: Path) -> None:
    environment = {"CERTTRACK_ENVIRONMENT": "production"}
    code, output = refusal(EmbeddedProcess(tmp_path, environment=environment))
    assert code == 1
    assert "Certtrack does not start: CERTTRACK_" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order(number: signal.Signals, tmp_path: Path) -> None:
    product = EmbeddedProcess(tmp_path, arguments=["--no-demonstration"])
    product.start()
    assert product.end_by(number) == 0
    assert "Traceback" not in product.output()
