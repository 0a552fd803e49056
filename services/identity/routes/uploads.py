"""Files that are handed in with a form: looked into, then stored; their rows come later."""

import asyncio

from services.identity.handlers.case_files import PREFIX
from shared.context import ServiceContext
from shared.forms import Form
from shared.handed_in import KeptFile, clean_name, inspect, kept_file
from shared.storage import Storage


async def kept(here: ServiceContext, form: Form, field: str) -> KeptFile | None:
    """Return the file of a form, inspected and stored; None if none was sent.

    Raises TooLarge, UnacceptableFile or Unavailable. What gets no row is swept away.
    """
    if form.file is None:
        return None
    # Few at a time: each is a process and twice a file in memory.
    gate: asyncio.Semaphore = here.extras["inspections"]
    async with gate:
        content = await form.content(field, here.settings.case_file_bytes)
        type_ = await inspect(content, field)
        name = clean_name(form.file.filename, type_, field)
        file = kept_file(PREFIX, content, name, type_)
        storage: Storage = here.extras["storage"]
        await storage.put(file.key, content)
    return file


async def dropped(here: ServiceContext, file: KeptFile | None) -> None:
    """Delete a file that turned out to be of no use."""
    if file is not None:
        storage: Storage = here.extras["storage"]
        await storage.delete(file.key)
