"""A programme's files: remembered once loaded, and checked when somebody uploads others."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.run_errors import UnusableProgramme
from services.certifications.run_models import ProgrammeVersion
from services.certifications.yaml_extent import unreasonable
from shared.context import ServiceContext, context
from shared.errors import Conflict
from shared.logs import log
from shared.programmes import Fault, Programme, ProgrammeError
from shared.programmes.folder import FILES, fingerprint
from shared.rows import insert_new


def tried(
    programme: str, present: Mapping[str, str], given: Mapping[str, str | None], most_bytes: int
) -> tuple[dict[str, str], Programme]:
    """Put uploaded files in the place of the present ones; return all texts and the programme.

    given: texts by file name; None leaves an optional file out.
    most_bytes: the largest file.
    Raises UnusableProgramme with every mistake.
    """
    faults = [
        fault
        for name, text in given.items()
        for fault in _refused(programme, name, text, most_bytes)
    ]
    if not given:
        faults.append(Fault(Path(programme), 1, "", "no file was given; expected at least one"))
    if faults:
        raise UnusableProgramme.of(ProgrammeError(faults))
    whole = {**present, **given}
    texts = {name: whole[name] for name in FILES if whole.get(name) is not None}
    files = {name: text for name, text in texts.items() if text is not None}
    try:
        return files, Programme.of_texts(programme, files)
    except ProgrammeError as error:
        raise UnusableProgramme.of(error) from None


def _refused(programme: str, name: str, text: str | None, most_bytes: int) -> list[Fault]:
    """What is wrong with a file before anything is built from it."""
    if name not in FILES:
        # Never as a path: a name that leads elsewhere is shown, not followed.
        message = f"{name!r} is no file of a programme; expected one of {', '.join(FILES)}"
        return [Fault(Path(programme), 1, "", message)]
    if text is None:
        return []
    file = Path(programme) / name
    size = len(text.encode(errors="replace"))
    if size > most_bytes:
        return [Fault(file, 1, "", f"has {size:,} bytes; a file may have {most_bytes:,}")]
    return unreasonable(file, text)


async def remember(here: ServiceContext) -> None:
    """Keep the files of every loaded programme, if this version of them is new here."""
    async with here.database.transaction() as session:
        for programme in here.programmes.values():
            await _remember(session, programme)


async def in_force(session: AsyncSession, programme: Programme) -> dict[str, str]:
    """Return the texts of the files that a programme was loaded from.

    Raises Conflict when they were changed on the disk before anybody could keep them.
    """
    await _remember(session, programme)
    found = await texts_of(session, programme.id, programme.fingerprint)
    if found is None:
        raise Conflict(
            f"The files of {programme.name} have been changed since this service read them. "
            "Restart it, so that it is clear what is in force."
        )
    return found


async def texts_of(session: AsyncSession, programme: str, version: str) -> dict[str, str] | None:
    """Return the texts of a version that was once loaded, by its fingerprint."""
    return await session.scalar(
        select(ProgrammeVersion.files).where(
            ProgrammeVersion.programme == programme, ProgrammeVersion.fingerprint == version
        )
    )


async def first_version(session: AsyncSession, programme: str) -> ProgrammeVersion | None:
    """Return the version of a programme that was loaded here first."""
    return await session.scalar(
        select(ProgrammeVersion)
        .where(ProgrammeVersion.programme == programme)
        .order_by(ProgrammeVersion.first_loaded_at)
        .limit(1)
    )


async def _remember(session: AsyncSession, programme: Programme) -> None:
    known = select(ProgrammeVersion.fingerprint).where(
        ProgrammeVersion.programme == programme.id,
        ProgrammeVersion.fingerprint == programme.fingerprint,
    )
    if await session.scalar(known) is not None:
        return
    here = context(session)
    folder = here.settings.programmes_folder / programme.id
    try:
        files = Programme.files(folder)
    except ProgrammeError as error:
        log.warning("programme files cannot be kept", programme=programme.id, fault=str(error))
        return
    if fingerprint({name: text.encode() for name, text in files.items()}) != programme.fingerprint:
        log.warning("programme files were changed after they were read", programme=programme.id)
        return
    row = {
        "programme": programme.id,
        "fingerprint": programme.fingerprint,
        "files": files,
        "first_loaded_at": here.clock.now(),
    }
    await insert_new(session, ProgrammeVersion, [row], conflict=("programme", "fingerprint"))
