"""Files that people hand in, kept by key outside the database and outside every web root.

A folder where one machine runs everything, a bucket of an S3-compatible server where several do:
one port over `obstore`, which speaks to both. Keys are the caller's: random, never a name that
somebody typed. A file is written before the row that names it, so a row always has its file, and
what has no row is swept away later.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from sqlalchemy.engine import make_url

from shared.context import ServiceContext
from shared.errors import StartRefused, Unavailable
from shared.logs import log
from shared.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTING = "CERTTRACK_STORAGE_URL"


class StorageSettings(Settings):
    """Where files are kept, for a service that keeps any.

    storage_url: `file:<folder>`, or `s3://<bucket>/<prefix>`; not said: the folder `files` beside
    a SQLite database. The others are for S3: endpoint of a server other than Amazon's own, and
    keys, which may also come from the machine's role.
    """

    storage_url: str | None = None
    storage_endpoint: str | None = None
    storage_region: str = "us-east-1"
    storage_access_key: str | None = None
    storage_secret_key: SecretStr | None = None


class FileMissing(Exception):
    """There is no file with this key."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's key, and when it was written by the clock of whoever keeps it."""

    key: str
    written_at: datetime


class Storage:
    """Files by key.

    Every operation raises Unavailable when whoever keeps the files does not answer.
    Raises StartRefused if the settings name no place that can be.
    """

    def __init__(self, settings: StorageSettings) -> None:
        self._settings = settings
        self.url = settings.storage_url or _beside(settings)
        if self.url is None and settings.environment == "production":
            raise StartRefused(f"{SETTING} must say where files are kept in production")
        parts = urlsplit(self.url or "")
        self.folder = Path(parts.netloc + parts.path) if parts.scheme == "file" else None
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        known = self.url is None or parts.scheme in ("file", "s3")
        if not known or (parts.scheme == "s3" and not self._bucket) or self.folder == Path():
            raise StartRefused(
                f"{SETTING} must be file:<folder> or s3://<bucket>/<prefix>, not {self.url!r}"
            )

    async def put(self, key: str, content: bytes) -> None:
        """Keep a file; it survives a power cut once this returns."""
        import obstore  # noqa: PLC0415 - see `_store`

        try:
            with _faults(key):
                await obstore.put_async(self._store, key, content)
                if self.folder is not None:
                    await asyncio.to_thread(_write_through, self.folder / key)
        except FileMissing as missing:
            # What is missing is the bucket.
            raise Unavailable("files can't be kept at the moment") from missing

    async def get(self, key: str) -> bytes:
        """The content of a file; raises FileMissing."""
        import obstore  # noqa: PLC0415 - see `_store`

        with _faults(key):
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())

    async def delete(self, key: str) -> None:
        """Forget a file; one that is not there is forgotten already."""
        import obstore  # noqa: PLC0415 - see `_store`

        try:
            with _faults(key):
                await obstore.delete_async(self._store, key)
        except FileMissing:
            pass

    async def files(self, prefix: str) -> AsyncIterator[list[StoredFile]]:
        """The files whose keys lie under a prefix, some hundred at a time."""
        if self.url is None or (self.folder is not None and not self.folder.exists()):
            # Nothing was ever kept, and the library need not be loaded to find that out.
            return
        import obstore  # noqa: PLC0415 - see `_store`

        with _faults(prefix):
            async for some in obstore.list(self._store, prefix, chunk_size=500):
                yield [StoredFile(one["path"], one["last_modified"]) for one in some]

    @cached_property
    def _store(self) -> Any:
        # Eighteen megabytes that a process does without until the first file is handed in.
        from obstore.store import LocalStore, S3Store  # noqa: PLC0415 - see above

        if self.url is None:
            raise Unavailable(f"no place to keep files is set; set {SETTING}")
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return LocalStore(self.folder.absolute())
        given = self._settings
        keys: dict[str, Any] = {}
        if given.storage_access_key and given.storage_secret_key:
            keys["access_key_id"] = given.storage_access_key
            keys["secret_access_key"] = given.storage_secret_key.get_secret_value()
        if given.storage_endpoint:
            keys["endpoint"] = given.storage_endpoint
        inside = (given.storage_endpoint or "").startswith("http://")
        return S3Store(
            self._bucket,
            prefix=self._prefix or None,
            region=given.storage_region,
            client_options={
                "allow_http": inside,
                "connect_timeout": timedelta(seconds=3),
                "timeout": timedelta(seconds=20),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
            **keys,
        )


def storage_of(here: ServiceContext) -> Storage:
    """Return the files that a running service keeps; raises StartRefused as `Storage` does."""
    kept = here.extras.get("storage")
    if kept is None:
        kept = here.extras.setdefault("storage", Storage(here.settings))
    assert isinstance(kept, Storage)
    return kept


def _beside(settings: StorageSettings) -> str | None:
    """The folder beside a SQLite database; a database server has no beside."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return f"file:{(Path(url.database).parent / 'files').absolute()}"


def _write_through(path: Path) -> None:
    """Have the system write a file, and its name, to the disk now."""
    for one in (path, path.parent):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _faults(key: str) -> "Iterator[None]":
    from obstore.exceptions import BaseError  # noqa: PLC0415 - see `Storage._store`

    try:
        yield
    except FileNotFoundError as missing:
        raise FileMissing(key) from missing
    except (BaseError, OSError) as fault:
        # The reason names hosts and folders: it is for the log.
        log.warning("storage failed", key=key, fault=repr(fault)[:500])
        raise Unavailable("files can't be kept or read at the moment") from fault
