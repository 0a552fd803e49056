"""Errors as classes: each knows its HTTP status and becomes an RFC 9457 problem document."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel


class FieldError(BaseModel):
    """One thing wrong with the input: where, and what was expected instead."""

    message: str
    field: str | None = None
    row: int | None = None
    line: int | None = None


class Problem(Exception):
    """Something a client must be told; rendered as application/problem+json (RFC 9457).

    detail: a sentence for the person who reads it.
    errors: the fields, rows or lines concerned.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.extra = extra


class Malformed(Problem):
    """The request could not be read at all."""

    status, slug, title = 400, "malformed", "The request could not be read"


class Unauthorized(Problem):
    """There is no token, or it is not valid."""

    status, slug, title = 401, "unauthorized", "A valid access token is needed"


class Forbidden(Problem):
    """The token is valid and does not allow this."""

    status, slug, title = 403, "forbidden", "This is not allowed"


class NotFound(Problem):
    """There is no such thing, or it is not the caller's to see."""

    status, slug, title = 404, "not-found", "There is no such thing here"


class Conflict(Problem):
    """The request contradicts what is recorded."""

    status, slug, title = 409, "conflict", "This contradicts what is recorded"


class Gone(Problem):
    """It was here once and is not any more."""

    status, slug, title = 410, "gone", "This is no longer available"


class TooLarge(Problem):
    """The request is larger than allowed."""

    status, slug, title = 413, "too-large", "The request is too large"


class Unprocessable(Problem):
    """The request was read, and something in it is wrong."""

    status, slug, title = 422, "invalid", "Something in the request is not right"


class TooManyRequests(Problem):
    """The caller has to slow down."""

    status, slug, title = 429, "too-many-requests", "Too many requests"


class Unavailable(Problem):
    """Something the service depends on is away for the moment."""

    status, slug, title = 503, "unavailable", "Not available for the moment"


class TransientFault(Exception):
    """Trying again later may succeed: the message stays and is retried."""


class StartRefused(Exception):
    """The product must not start like this; the message says what to change."""


# What pydantic says of a field, in words for whoever filled it in.
_PLAIN_WORDS: Mapping[str, str] = {
    "missing": "is required",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "holds a character that is not allowed here",
    "timezone_aware": "must carry its UTC offset, for example 2026-10-12T14:30:00Z",
    "date_parsing": "must be a date, for example 2026-10-12",
    "date_from_datetime_parsing": "must be a date, for example 2026-10-12",
    "date_from_datetime_inexact": "must be a date without a time, for example 2026-10-12",
    "datetime_parsing": "must be a date and time, for example 2026-10-12T14:30:00Z",
    "datetime_from_date_parsing": "must be a date and time, for example 2026-10-12T14:30:00Z",
    "date_type": "must be a date as text, for example 2026-10-12",
    "datetime_type": "must be a date and time as text, for example 2026-10-12T14:30:00Z",
}


def plain_words(kind: str, message: str) -> str:
    """What is wrong with a field, without the library's words, to come after the field's name.

    kind, message: pydantic's own.
    """
    return _PLAIN_WORDS.get(kind) or message[:1].lower() + message[1:]
