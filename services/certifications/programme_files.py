"""A programme's files: remembered once loaded, and checked when somebody uploads others."""

from collections.abc import Mapping
from pathlib import Path

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.run_errors import UnusableProgramme
from services.certifications.run_models import ProgrammeVersion
from shared.context import ServiceContext, context
from shared.errors import Conflict
from shared.programmes import Fault, Programme, ProgrammeError
from shared.programmes.folder import FILES, fingerprint
from shared.rows import insert_new

# Far deeper than any rule; a reader of YAML goes down one call for each level.
MOST_DEPTH = 60
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    return _unreasonable(file, text)


def _unreasonable(file: Path, text: str) -> list[Fault]:
    """Refuse aliases, with which a short text grows without bound, and endless nesting.

    Read as a stream of events, which costs the same however deep it goes.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                message = f"the alias *{event.anchor} is not taken here; write out what it names"
                return [Fault(file, _line(event), "", message)]
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MOST_DEPTH:
                    message = f"is nested more than {MOST_DEPTH} levels deep"
                    return [Fault(file, _line(event), "", message)]
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, ValueError):
        # Not YAML at all: the reader of programmes says so in better words.
        pass
    return []


def _line(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else event.start_mark.line + 1


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
    found = await session.get(ProgrammeVersion, (programme.id, programme.fingerprint))
    if found is None:
        raise Conflict(
            f"The files of {programme.name} have been changed since this service read them. "
            "Restart it, so that it is clear what is in force."
        )
    return found.files


async def texts_of(session: AsyncSession, programme: str, version: str) -> dict[str, str]:
    """Return the texts of a version that was once in force, by its fingerprint."""
    found = await session.get_one(ProgrammeVersion, (programme, version))
    return found.files


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
    except ProgrammeError:
        return
    if fingerprint({name: text.encode() for name, text in files.items()}) != programme.fingerprint:
        return
    row = {
        "programme": programme.id,
        "fingerprint": programme.fingerprint,
        "files": files,
        "first_loaded_at": here.clock.now(),
    }
    await insert_new(session, ProgrammeVersion, [row], conflict=("programme", "fingerprint"))
