import os
import signal
from pathlib import Path

import httpx2
import pytest

from deploy.local.processes import ServerUnavailableError, ServiceProcess

APPLICATION = """
import os

from fastapi import FastAPI


def create_app() -> FastAPI:
    if os.environ.get("BROKEN"):
        raise SystemExit("programmes/cisco/exams.yaml:12: no such thing")
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"name": os.environ["NAME_OF_IT"]}

    return app
"""


def service(folder: Path, **environment: str) -> ServiceProcess:
    (folder / "little.py").write_text(APPLICATION)
    return ServiceProcess(
        "little",
        target="little:create_app",
        log=folder / "little.log",
        environment={"PYTHONPATH": str(folder), "NAME_OF_IT": "exams", **environment},
    )


def test_it_is_started_stopped_killed_and_started_again(tmp_path: Path) -> None:
    little = service(tmp_path)
    little.start()
    assert httpx2.get(f"{little.url}/readyz").json() == {"name": "exams"}
    first = little.pid

    little.kill9()
    assert not little.alive
    little.start()
    assert little.pid != first

    assert little.terminate() in {0, -signal.SIGTERM}
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_one_that_cannot_start_says_why(tmp_path: Path) -> None:
    little = service(tmp_path, BROKEN="yes")

    with pytest.raises(ServerUnavailableError, match=r"exams\.yaml:12"):
        little.start()
