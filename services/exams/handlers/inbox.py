"""The watched inbox folder: files that SFTP servers drop, each taken in once.

`<folder>/<programme>/<vendor>/drop` is where files are put. One that has been still for a while is
moved, in one step and under the id of its import, to `taking` beside it, where the rest of its
way can be found again after any crash: an import with that id tells how far it came. Its rows
stored, it goes to `taken`; what cannot be read goes to `quarantine` with `<name>.reason.txt`.
Several instances may watch one folder: a move succeeds for one of them, and of a file in `taking`
the import's row tells who reads it.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from services.exams.domain.archive import BadArchive, archive
from services.exams.domain.formats import format_of_name, formats_of
from services.exams.domain.sheet import LineFault, Unreadable
from services.exams.errors import ImportTakenAway
from services.exams.handlers.receiving import (
    UNKNOWN,
    Arrival,
    begin_or_resume,
    receiving,
    refuse_import,
)
from services.exams.models import Import
from shared.context import ServiceContext
from shared.failpoints import failpoint
from shared.ids import uuid7
from shared.logs import log

PART_BYTES = 65_536

# What uploading programs call a file until it is whole.
_UNFINISHED = re.compile(
    r"^\.|^~|\.(part|partial|filepart|tmp|temp|upload|uploading|crdownload)$", re.IGNORECASE
)
# Nothing but a name that every system and every log can show.
_ODD = re.compile(r"[\x00-\x1f\x7f/\\\ud800-\udfff]")
# Of the 255 bytes that file systems give a name, the id and `.reason.txt` take some.
LONGEST_NAME = 200
LONGEST_ENDING = 10


@dataclass(frozen=True)
class Tray:
    """The folder of one vendor for one programme."""

    programme: str
    vendor: str
    folder: Path

    def __getitem__(self, name: str) -> Path:
        return self.folder / name


@dataclass
class Inbox:
    """The watched folder and what has been seen in it so far.

    still_seconds: how long a file must not have changed before it is taken for whole.
    """

    folder: Path
    still_seconds: float
    _seen: dict[Path, tuple[tuple[int, int, int], float]] = field(default_factory=dict)

    def trays(self, here: ServiceContext) -> Iterator[Tray]:
        """The folders of every vendor and programme, made where there are none yet."""
        for programme in here.programmes.values():
            for vendor in sorted(here.settings.vendors | set(programme.vendors)):
                tray = Tray(programme.id, vendor, self.folder / programme.id / vendor)
                named = vendor in programme.vendors
                if named or tray["drop"].is_dir():
                    for name in ("taking", "taken", "quarantine"):
                        tray[name].mkdir(parents=True, exist_ok=True)
                    if not tray["drop"].is_dir():
                        tray["drop"].mkdir(exist_ok=True)
                        # An SFTP server writes there as another user of the same group.
                        tray["drop"].chmod(0o2770)
                    yield tray

    def whole(self, tray: Tray) -> list[Path]:
        """The files of a tray that have not changed for a while."""
        found, present = [], set()
        for path in sorted(tray["drop"].iterdir()):
            try:
                status = path.lstat()
            except FileNotFoundError:  # another instance was quicker
                continue
            if not path.is_file() or path.is_symlink() or _UNFINISHED.search(path.name):
                continue
            present.add(path)
            looks = (status.st_ino, status.st_size, status.st_mtime_ns)
            before, since = self._seen.get(path, (None, 0.0))
            if before != looks:
                self._seen[path] = (looks, time.monotonic())
            elif time.monotonic() - since >= self.still_seconds:
                found.append(path)
        for path in [one for one in self._seen if one.parent == tray["drop"]]:
            if path not in present:
                del self._seen[path]
        return found


async def look_into(here: ServiceContext, inbox: Inbox) -> None:
    """Bring every file of the inbox a step on its way, or as far as it goes."""
    for tray in await asyncio.to_thread(lambda: list(inbox.trays(here))):
        for path in await asyncio.to_thread(_files, tray["taking"]):
            await _step(here, tray, path)
        for path in await asyncio.to_thread(inbox.whole, tray):
            taking = tray["taking"] / f"{uuid7()}~{_plain(path.name)}"
            if await asyncio.to_thread(_moved, path, taking):
                failpoint("exams.inbox.moved")
                await _step(here, tray, taking)


def _plain(name: str) -> str:
    """A file's name without what a log or a file system would stumble over."""
    plain = _ODD.sub("_", name).encode()
    # Not cut off at its end, which tells what the file is.
    ending = Path(name).suffix.encode(errors="replace")[-LONGEST_ENDING:]
    kept = plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - len(ending)] + ending
    return kept.decode(errors="ignore")


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    return sorted(path for path in found if not path.name.startswith("."))


def _moved(path: Path, target: Path) -> bool:
    """Whether it was us who moved it: of several only one does."""
    try:
        path.rename(target)
    except FileNotFoundError:
        return False
    return True


async def _step(here: ServiceContext, tray: Tray, path: Path) -> None:
    """Bring a file in `taking` on; what fails for no fault of the file is tried again later."""
    try:
        await _go_on(here, tray, path)
    except Exception as fault:  # the other files must not wait for this one
        log.warning("inbox file not taken yet", file=str(path), fault=repr(fault))


async def _go_on(here: ServiceContext, tray: Tray, path: Path) -> None:
    """Bring a file in `taking` to where it belongs, wherever it was left."""
    id_, _, name = path.name.partition("~")
    try:
        import_id = UUID(id_)
    except ValueError:  # nobody of us put it there
        reason = "it was put into `taking` by hand; files are put into `drop`"
        await asyncio.to_thread(_quarantine, tray, path, reason)
        return
    if name.lower().endswith(".zip"):
        await asyncio.to_thread(_unpack, tray, path, import_id, here.settings.import_bytes)
        return
    async with here.database.reading() as session:
        found = await session.get(Import, import_id)
    if found is None or found.state == "receiving":
        await _take(here, tray, path, name, found or import_id)
    elif found.state == "failed" and found.rows == 0:
        await asyncio.to_thread(_quarantine, tray, path, found.problem or "it could not be read")
    elif found.state == "cancelled":
        await asyncio.to_thread(_quarantine, tray, path, "its import was cancelled")
    else:
        await asyncio.to_thread(_moved, path, tray["taken"] / path.name)


async def _take(
    here: ServiceContext, tray: Tray, path: Path, name: str, found: Import | UUID
) -> None:
    """Store a file's rows, unless somebody else is doing it."""
    programme = here.programmes[tray.programme]
    layout = format_of_name(name, programme, tray.vendor)
    arrival = Arrival(
        id=found.id if isinstance(found, Import) else found,
        layout=layout or UNKNOWN,
        programme=tray.programme,
        vendor=tray.vendor,
        name=name[:200],
        uploaded_by="inbox",
        channel="inbox",
        epoch=found.attempts + 1 if isinstance(found, Import) else 0,
    )
    async with here.database.transaction() as session:
        since = found.touched_at if isinstance(found, Import) else None
        if not await begin_or_resume(session, arrival, since):
            return
    try:
        async with receiving(here, arrival, begun=True) as reception:
            if layout is None:
                known = ", ".join(sorted(formats_of(programme)))
                message = f"its name tells no format; known are {known}"
                raise Unreadable(LineFault(1, None, message))
            most = here.settings.import_bytes
            if (await asyncio.to_thread(path.stat)).st_size > most:
                raise Unreadable(LineFault(1, None, f"a file may have at most {most:,} bytes"))
            with path.open("rb") as file:
                while part := await asyncio.to_thread(file.read, PART_BYTES):
                    await reception.add(part)
            await reception.end()
    except Unreadable as unreadable:
        async with here.database.transaction() as session:
            await refuse_import(session, arrival, str(unreadable))
        failpoint("exams.inbox.refused")
        await asyncio.to_thread(_quarantine, tray, path, str(unreadable))
        return
    except ImportTakenAway:  # cancelled: the next look puts it aside
        return
    failpoint("exams.inbox.stored")
    await asyncio.to_thread(_moved, path, tray["taken"] / path.name)
    failpoint("exams.inbox.taken")


def _quarantine(tray: Tray, path: Path, reason: str) -> None:
    """Put a file aside with the reason beside it; the reason first, so that none is without."""
    log.warning("inbox file put aside", file=str(path), reason=reason)
    reasons = tray["quarantine"] / f"{path.name}.reason.txt"
    reasons.write_text(f"{reason}\n", encoding="utf-8")
    _moved(path, tray["quarantine"] / path.name)


def _unpack(tray: Tray, path: Path, import_id: UUID, most: int) -> None:
    """Put what is in an archive beside it, to be taken like any other file.

    The ids are made from the archive's, so doing it again after a crash gives the same files.
    """
    try:
        with path.open("rb") as file, archive(file, most) as opened:
            if any(member.name.lower().endswith(".zip") for member in opened.members):
                raise BadArchive("the archive holds another archive")
            for member in opened.members:
                target = (
                    tray["taking"] / f"{_id_within(import_id, member.path)}~{_plain(member.name)}"
                )
                unfinished = target.with_name(f".{target.name}")
                try:
                    with unfinished.open("wb") as unpacked:
                        unpacked.writelines(opened.parts(member))
                except BadArchive:
                    unfinished.unlink()
                    raise
                unfinished.rename(target)
    except BadArchive as fault:
        _quarantine(tray, path, str(fault))
        return
    _moved(path, tray["taken"] / path.name)


def _id_within(import_id: UUID, name: str) -> UUID:
    """An id with the archive's time and the name's digest, of version 7 as all ids of rows."""
    digest = int.from_bytes(hashlib.sha256(f"{import_id}/{name}".encode()).digest()[:8], "big")
    return UUID(int=import_id.int >> 62 << 62 | digest >> 2)
