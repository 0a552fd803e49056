from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest

from deploy.local.nginx import NginxServer, find_program
from deploy.local.ports import free_port
from deploy.local.processes import ServerUnavailableError

pytestmark = pytest.mark.skipif(find_program() is None, reason="no nginx on this machine")

CONFIGURATION = """
pid nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server {{ listen 127.0.0.1:{port}; location / {{ return 200 "{words}"; }} }}
}}
"""


def test_start_reload_kill_and_start_again(server_folder: Path) -> None:
    port = free_port()
    server = NginxServer(
        server_folder / "nginx",
        configuration=CONFIGURATION.format(port=port, words="hello"),
        port=port,
    )
    server.start()
    try:
        answer = httpx2.get(server.url)
        assert (answer.status_code, answer.text) == (HTTPStatus.OK, "hello")

        server.kill9()
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(server.url)
        server.start()
        assert httpx2.get(server.url).text == "hello"
    finally:
        server.stop()
    assert not server.alive


def test_a_wrong_configuration_is_told_with_its_line(server_folder: Path) -> None:
    server = NginxServer(server_folder / "nginx-wrong", configuration="events {}\nnonsense;\n")

    with pytest.raises(ServerUnavailableError, match=r"nonsense.*:2"):
        server.start()
