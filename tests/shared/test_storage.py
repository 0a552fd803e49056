"""The storage port: the same promises from a folder and from an S3-speaking server."""

import os
import secrets
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from deploy.local.ports import LOCALHOST, free_port
from shared.errors import StartRefused, Unavailable
from shared.storage import FileMissing, Storage, StorageSettings
from tests.s3 import BUCKET, S3Server


def settings(**given: Any) -> StorageSettings:
    return StorageSettings(environment="test", **given)


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return Storage(settings(storage_url=f"file:{tmp_path / 'files'}"))
    server: S3Server = request.getfixturevalue("s3_server")
    return Storage(settings(**server.settings(f"test-{secrets.token_hex(4)}")))


async def keys(storage: Storage, prefix: str) -> list[str]:
    return sorted([file.key async for some in storage.files(prefix) for file in some])


async def test_what_is_put_is_got_and_deleted(storage: Storage) -> None:
    content = secrets.token_bytes(3_000_000)
    await storage.put("completions/a", content)
    await storage.put("completions/b", b"")
    await storage.put("other/c", b"c")
    assert await storage.get("completions/a") == content
    assert await storage.get("completions/b") == b""
    assert await keys(storage, "completions") == ["completions/a", "completions/b"]
    await storage.put("completions/b", b"another")
    assert await storage.get("completions/b") == b"another"
    await storage.delete("completions/a")
    await storage.delete("completions/a")
    with pytest.raises(FileMissing):
        await storage.get("completions/a")
    assert await keys(storage, "completions") == ["completions/b"]


async def test_many_files_are_listed_in_parts_with_their_times(storage: Storage) -> None:
    assert await keys(storage, "many") == []
    for number in range(7):
        await storage.put(f"many/{number}", b"x")
    found = [file async for some in storage.files("many") for file in some]
    assert len(found) == 7
    late = datetime.now(UTC) + timedelta(minutes=1)
    assert all(late - timedelta(minutes=10) < file.written_at < late for file in found)


async def test_prefixes_of_one_bucket_know_nothing_of_each_other(s3_server: S3Server) -> None:
    one, other = (Storage(settings(**s3_server.settings(name))) for name in ("one", "other"))
    await one.put("k", b"one")
    with pytest.raises(FileMissing):
        await other.get("k")
    assert await keys(other, "") == []


async def test_the_folder_is_beside_the_database_and_nobody_elses(tmp_path: Path) -> None:
    storage = Storage(settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/exams.db"))
    assert storage.folder == tmp_path / "files"
    assert await keys(storage, "") == []
    assert not storage.folder.exists()
    await storage.put("a/b", b"x")
    assert (storage.folder / "a" / "b").read_bytes() == b"x"
    assert stat.S_IMODE(storage.folder.stat().st_mode) == 0o700


async def test_a_server_that_does_not_answer_is_said_to_be_away() -> None:
    storage = Storage(
        settings(
            storage_url=f"s3://{BUCKET}",
            storage_endpoint=f"http://{LOCALHOST}:{free_port()}",
            storage_access_key="test",
            storage_secret_key=SecretStr("a-secret-of-the-server"),
        )
    )
    for attempt in (storage.put("k", b"x"), storage.get("k"), storage.delete("k")):
        with pytest.raises(Unavailable) as fault:
            await attempt
        assert LOCALHOST not in str(fault.value)


async def test_a_bucket_that_is_not_there_is_no_missing_file(s3_server: S3Server) -> None:
    given = s3_server.settings("") | {"storage_url": "s3://not-a-bucket"}
    with pytest.raises(Unavailable):
        await Storage(settings(**given)).put("k", b"x")


async def test_a_folder_that_cannot_be_written_is_said_to_be_away(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("not a folder")
    storage = Storage(settings(storage_url=f"file:{tmp_path / 'files'}"))
    with pytest.raises(Unavailable):
        await storage.put("k", b"x")


@pytest.mark.parametrize("url", ["files", "ftp://x/y", "s3://", "file:", "s3:/bucket"])
def test_a_place_that_cannot_be_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(StartRefused, match="CERTTRACK_STORAGE_URL"):
        Storage(settings(storage_url=url))


async def test_without_a_place_production_does_not_start_and_others_say_so() -> None:
    server: dict[str, Any] = {"database_url": "postgresql+asyncpg://somewhere/exams"}
    with pytest.raises(StartRefused, match="CERTTRACK_STORAGE_URL"):
        Storage(StorageSettings(environment="production", **server))
    nowhere = Storage(settings(**server))
    with pytest.raises(Unavailable, match="CERTTRACK_STORAGE_URL"):
        await nowhere.put("k", b"x")
    # Whoever tidies up finds nothing, every hour, and has nothing to complain of.
    assert [some async for some in nowhere.files("copies")] == []


def test_the_library_is_loaded_with_the_first_file_only(tmp_path: Path) -> None:
    program = (
        "import sys; from shared.storage import Storage, StorageSettings; "
        f"Storage(StorageSettings(storage_url='file:{tmp_path}')); "
        "print('obstore' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env={**os.environ}
    )
    assert said.stdout.strip() == b"False"
