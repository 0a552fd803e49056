"""Zip files as vendors send them: what is in them, and what is refused before it is unpacked."""

import contextlib
import io
import struct
import zipfile
from typing import Any

import pytest
from hypothesis import given, strategies

from services.exams.domain.archive import MOST_FILES, BadArchive, archive


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as made:
        for name, content in files.items():
            # With a day of its own an archive is the same bytes whenever it is made, as the names
            # of the tests must be.
            made.writestr(zipfile.ZipInfo(name), content, compression)
    return written.getvalue()


def unzipped(content: bytes, most: int = 1_000_000) -> dict[str, bytes]:
    with archive(io.BytesIO(content), most) as opened:
        return {one.name: b"".join(opened.parts(one)) for one in opened.members}


def test_the_files_of_an_archive_by_their_own_names() -> None:
    files = {
        "out/vcdc-2026-10-02.dat": b"one",
        "out\\eac-2026-10-02.dat": b"two",
        "out/": b"",
        "in\\": b"",
    }
    assert unzipped(zipped(files)) == {
        "vcdc-2026-10-02.dat": b"one",
        "eac-2026-10-02.dat": b"two",
    }


def test_a_path_that_leads_elsewhere_leads_nowhere() -> None:
    assert unzipped(zipped({"../../etc/vcdc-1.dat": b"x"})) == {"vcdc-1.dat": b"x"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read"),
        (b"PK\x03\x04 nothing", "cannot be read"),
        (zipped({}), "the archive is empty"),
        (zipped({"a.dat": b"0" * 2_000_000}), "would unpack to more than 200 times"),
        (zipped({"a.dat": b"01234567" * 60_000}, zipfile.ZIP_STORED) * 1, None),
        (zipped({f"{n}.dat": b"x" for n in range(MOST_FILES + 1)}), "more than 50 files"),
        (zipped({"a.dat": bytes(range(256)) * 5_000}, zipfile.ZIP_STORED), "more than 1,000,000"),
        (zipped({"a/x.dat": b"1", "b/x.dat": b"2"}), "have the same name"),
        (zipped({"a.dat": b"x" * 100}, zipfile.ZIP_BZIP2), "use deflate"),
        (zipped({"a.dat": b"x" * 100})[:-30], "cannot be read"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(
    content: bytes, message: str | None
) -> None:
    if message is None:
        assert unzipped(content)
        return
    with pytest.raises(BadArchive, match=message):
        unzipped(content)


def test_a_list_of_very_many_files_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = zipped({f"{number}": b"" for number in range(30_000)}, zipfile.ZIP_STORED)
    made: list[zipfile.ZipInfo] = []

    class Counted(zipfile.ZipInfo):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(zipfile, "ZipInfo", Counted)
    with pytest.raises(BadArchive, match="more than 50 files"):
        unzipped(many)
    assert made == []


def test_a_damaged_file_is_named() -> None:
    content = bytearray(zipped({"vcdc-1.dat": b"x" * 100}, zipfile.ZIP_STORED))
    content[45] ^= 1
    with pytest.raises(BadArchive, match=r"vcdc-1\.dat is damaged"):
        unzipped(bytes(content))


@pytest.mark.parametrize("name", ["", "\x1f"])
def test_a_file_without_a_name_is_refused(name: str) -> None:
    content = zipped({"?": b"x"}).replace(b"?", name.encode())
    if not name:
        # Both headers say how long it is, and the end of the archive where the second one is.
        changed = bytearray(content)
        for signature, offset in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
            struct.pack_into("<H", changed, content.index(signature) + offset, 0)
        end = content.index(b"PK\x05\x06")
        place = content.index(b"PK\x01\x02")
        struct.pack_into("<II", changed, end + 12, end - place, place)
        content = bytes(changed)
    with pytest.raises(BadArchive, match="has no name"):
        unzipped(content)


def test_an_encrypted_file_is_named() -> None:
    content = bytearray(zipped({"vcdc-1.dat": b"x" * 100}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        (flags,) = struct.unpack_from("<H", content, at)
        struct.pack_into("<H", content, at, flags | 1)
    with pytest.raises(BadArchive, match=r"vcdc-1\.dat is encrypted"):
        unzipped(bytes(content))


def test_a_file_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    content = bytearray(zipped({"a.dat": bytes(range(256)) * 100}))
    at = content.index(b"PK\x01\x02") + 24
    struct.pack_into("<I", content, at, 10)
    with pytest.raises(BadArchive, match=r"a\.dat is damaged"):
        unzipped(bytes(content))


@given(strategies.binary(max_size=300), strategies.integers(0, 400), strategies.integers(0, 255))
def test_any_bytes_are_read_or_refused(content: bytes, at: int, value: int) -> None:
    broken: Any = bytearray(zipped({"a.dat": content, "b.dat": content}))
    broken[at % len(broken)] = value
    with contextlib.suppress(BadArchive):
        unzipped(bytes(broken))
