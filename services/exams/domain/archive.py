"""A zip file as a vendor sends it: a few files, looked at before anything is unpacked.

What an archive says of itself is checked first, and only so many bytes are ever unpacked, so that
a small file cannot become a huge one. Nothing is written to disk, so no path in it matters; the
last part of each name is what the file is called.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, cast

MAGIC = b"PK\x03\x04"
MOST_FILES = 50
MOST_RATIO = 200
"""Plain text shrinks to a tenth, a file of the same line over and over to a hundredth."""
PART = 256 * 1024
MOST_READ = 1024 * 1024
"""Bytes read at once: far more than the list of fifty files, which is read as a whole first."""


class BadArchive(Exception):
    """The archive cannot be taken; the message says why, with the file in it if there is one."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, by its own name and by its path in there."""

    name: str
    path: str
    bytes: int


class Archive:
    """The files of an archive; `archive` opens it."""

    def __init__(self, opened: zipfile.ZipFile, most_bytes: int) -> None:
        self._opened = opened
        self.members = [
            _checked(info) for info in opened.infolist() if not info.filename.endswith(("/", "\\"))
        ]
        if not self.members:
            raise BadArchive("the archive is empty")
        if len(self.members) > MOST_FILES:
            raise BadArchive(f"the archive holds more than {MOST_FILES} files")
        if sum(member.bytes for member in self.members) > most_bytes:
            raise BadArchive(f"the archive holds more than {most_bytes:,} bytes")
        names = [member.name for member in self.members]
        if len(set(names)) < len(names):
            raise BadArchive("two files of the archive have the same name")

    def parts(self, member: Member) -> Iterator[bytes]:
        """The bytes of a file, part by part; raises BadArchive if it is damaged."""
        try:
            # Reads no further than the size that was checked, and then compares the checksum.
            with self._opened.open(member.path) as file:
                while part := file.read(PART):
                    yield part
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as fault:
            raise BadArchive(f"{member.name} is damaged: {fault}") from None


class _InParts:
    """A file of which no more is read at once than an archive that is taken can need.

    A hostile one is nothing but a list of millions of empty files, for each of which the library
    would make an object before anybody could count them.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._read = file.read

    def read(self, size: int | None = -1) -> bytes:
        """Return so many bytes, or all that are left; raises BadArchive if that is too much."""
        asked = MOST_READ + 1 if size is None or size < 0 else min(size, MOST_READ + 1)
        found = self._read(asked)
        if len(found) > MOST_READ:
            raise BadArchive(f"the archive holds more than {MOST_FILES} files")
        return found


@contextmanager
def archive(file: IO[bytes], most_bytes: int) -> Iterator[Archive]:
    """Open an archive; raises BadArchive.

    most_bytes: what all its files together may have, unpacked.
    """
    try:
        opened = zipfile.ZipFile(cast(IO[bytes], _InParts(file)))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as fault:
        raise BadArchive(f"the archive cannot be read: {fault}") from None
    with opened:
        yield Archive(opened, most_bytes)


def _checked(info: zipfile.ZipInfo) -> Member:
    name = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", info.filename)[-1])[:200]
    if not name:
        raise BadArchive("a file of the archive has no name")
    if info.flag_bits & 1:
        raise BadArchive(f"{name} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadArchive(f"{name} is compressed in a way that is not taken here; use deflate")
    if info.file_size > MOST_RATIO * max(info.compress_size, PART // MOST_RATIO):
        raise BadArchive(f"{name} would unpack to more than {MOST_RATIO} times its size")
    return Member(name, info.filename, info.file_size)
