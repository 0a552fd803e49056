"""The forms of support cases and names, which may bring a file along: read, sent on, explained."""

from typing import Any

from starlette.exceptions import HTTPException

from portal.gateway import ApiProblem, File
from portal.uploads import chosen
from portal.visits import Visit

Row = dict[str, Any]
Wrong = dict[str, str]

# What the service takes, and the other fields beside it.
LARGEST_FILE_BYTES = 10_000_000
LARGEST_FORM_BYTES = LARGEST_FILE_BYTES + 2_000_000
REFUSED = (403, 409, 413, 422, 429)
# A form without a file still is multipart: an empty one stands for none.
NO_FILE: File = ("", b"", "application/octet-stream")


async def filled_in(
    visit: Visit, names: tuple[str, ...], file: str
) -> tuple[Row, File | None, Wrong]:
    """Return the fields of a form by name, its file, and what is wrong with that one already."""
    try:
        form = await visit.form(files=1, most=LARGEST_FORM_BYTES)
    except HTTPException as refused:
        if refused.status_code != 413:
            raise
        return dict.fromkeys(names, ""), None, {file: too_large(visit)}
    filled: Row = {name: form.text(name) for name in names}
    upload = await chosen(form, file)
    if upload is not None and len(upload[1]) > LARGEST_FILE_BYTES:
        return filled, None, {file: too_large(visit)}
    return filled, upload, {}


def too_large(visit: Visit) -> str:
    """Return what is said of a file that nobody takes."""
    return visit.gettext("This file is too large. It may have up to 10 MB.")


def told(visit: Visit, problem: ApiProblem, file: str) -> Wrong:
    """Return what the service refuses, by the field that it names; raise what is no refusal."""
    if problem.status not in REFUSED:
        raise problem
    if problem.status == 413:
        return {file: too_large(visit)}
    wrong = {
        str(error.get("field") or ""): str(error.get("message", "")) for error in problem.errors
    }
    return wrong or {"": problem.detail or problem.title}
