"""Files on their way through: from a visitor's form to the API, never whole in memory."""

from collections.abc import AsyncIterator

from starlette.datastructures import UploadFile

from portal.forms import Form
from portal.gateway import File

PIECE = 256 * 1024


class Passing:
    """The content of an uploaded file, which lies on disk; it can be read more than once."""

    def __init__(self, file: UploadFile) -> None:
        """Take a file of a form."""
        self._file = file

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self._file.size or 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield it from its beginning: a call that is repeated sends it again."""
        await self._file.seek(0)
        while piece := await self._file.read(PIECE):
            yield piece


async def chosen(form: Form, field: str) -> File | None:
    """Return the file of a form whole, to be sent on with other fields; None if none was chosen."""
    file = form.file(field)
    if file is None:
        return None
    type_ = file.content_type or "application/octet-stream"
    return file.filename or field, await file.read(), type_
