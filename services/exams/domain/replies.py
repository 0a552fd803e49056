"""What a vendor answers to what it was told of candidates and authorizations."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from services.exams.domain.items import Identifier, Stated

# The vendor's own words, for staff; PostgreSQL cannot store a NUL.
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=r"^[^\x00]*$")
]


class ReplyItem(Stated):
    """The vendor's answer about one candidate, or one authorization, that it was sent.

    our_number: the candidate id or the authorization's number; vendor_number: the vendor's own.
    """

    about: Literal["candidate", "authorization"]
    our_number: Identifier
    status: Literal["accepted", "error"]
    vendor_number: Identifier | None = None
    message: Words | None = None

    @property
    def number(self) -> str:
        """Our number of what was answered."""
        return self.our_number
