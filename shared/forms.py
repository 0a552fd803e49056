"""A form with a file in it: read part by part up to a limit, and told what is wrong with it."""

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from shared.errors import FieldError, Malformed, TooLarge, Unprocessable, plain_words

M = TypeVar("M", bound=BaseModel)

SPOOL = 1_000_000
PART = 16 * 1024
# Names, boundaries and the small fields, beside the file.
AROUND = 64 * 1024
_FIELDS = 20


async def parts_of(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body as it arrives; raises TooLarge, naming the limit, as soon as it is passed."""
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge(f"the body may have at most {most:,} bytes", limit=most)
        yield part


@dataclass(frozen=True)
class Form:
    """The fields of a form, each once, and its file if one was sent."""

    fields: dict[str, str]
    file: UploadFile | None

    def read(self, model: type[M], *, empty: Collection[str] = ()) -> M:
        """The fields as a model; raises Unprocessable naming each that is wrong.

        empty: fields that may say nothing; any other that does is as if it was not sent.
        """
        given: dict[str, str | None] = {
            name: value for name, value in self.fields.items() if value or name in empty
        }
        try:
            return model.model_validate_strings(given)
        except ValidationError as invalid:
            errors = [
                FieldError(
                    field=".".join(str(part) for part in error["loc"]) or "item",
                    message=plain_words(error["type"], error["msg"]),
                )
                for error in invalid.errors(include_url=False, include_context=False)
            ]
        raise Unprocessable(f"{errors[0].field}: {errors[0].message}", errors=errors)

    async def content(self, field: str, most: int) -> bytes:
        """The whole of the file; raises Unprocessable if there is none, TooLarge if it is."""
        if self.file is None:
            raise Unprocessable(
                f"{field} is required", errors=[FieldError(field=field, message="is required")]
            )
        content = await self.file.read(most + 1)
        if len(content) > most:
            message = f"the file may have at most {most:,} bytes"
            error = FieldError(field=field, message=message)
            raise TooLarge(message, errors=[error], limit=most)
        return content


@asynccontextmanager
async def form_of(request: Request, file_field: str, most: int) -> AsyncGenerator[Form, None]:
    """Read a multipart form whose one file, of at most `most` bytes, is in `file_field`.

    Raises Malformed if the body is no such form, and TooLarge.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Malformed("post a form: Content-Type: multipart/form-data")
    # To the end before it is taken apart, so that a broken upload leaves no open files behind.
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as body:
        async for part in parts_of(request, most + AROUND):
            body.write(part)
        body.seek(0)
        parser = MultiPartParser(
            request.headers, _pieces(body), max_files=1, max_fields=_FIELDS, max_part_size=PART
        )
        try:
            data = await parser.parse()
        except (MultiPartException, KeyError) as fault:
            said = fault.message if isinstance(fault, MultiPartException) else "no boundary"
            raise Malformed(f"the form cannot be read: {said}") from None
        try:
            yield _form(data.multi_items(), file_field)
        finally:
            await data.close()


async def _pieces(body: IO[bytes]) -> AsyncGenerator[bytes, None]:
    while piece := body.read(64 * 1024):
        yield piece
    yield b""


def _form(items: list[tuple[str, str | UploadFile]], file_field: str) -> Form:
    fields: dict[str, str] = {}
    file: UploadFile | None = None
    errors = []
    for name, value in items:
        if name in fields or (name == file_field and file is not None):
            errors.append(FieldError(field=name, message="is there more than once"))
        elif isinstance(value, str):
            if name == file_field and value:
                errors.append(FieldError(field=name, message="must be a file"))
            elif name != file_field:
                fields[name] = value
        elif name == file_field:
            # A browser sends an empty file without a name where none was chosen.
            file = value if value.filename or value.size else None
        else:
            errors.append(FieldError(field=name, message="must not be a file"))
    if errors:
        raise Unprocessable(f"{errors[0].field} {errors[0].message}", errors=errors)
    return Form(fields, file)
