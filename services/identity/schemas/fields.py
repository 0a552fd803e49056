"""The fields that identity's bodies share, with bounds on what strangers can make it work on."""

from typing import Annotated

from pydantic import AfterValidator, Field

from services.identity.domain.logins import is_email


def _an_email(text: str) -> str:
    text = text.strip()
    if not is_email(text):
        raise ValueError("an e-mail address is expected, such as jane.doe@example.com")
    return text


# PostgreSQL's text cannot hold the null character, not even to compare with it.
NO_NULL = "^[^\\x00]*$"
# Bounds on what strangers can make the service work on.
Email = Annotated[str, Field(max_length=300), AfterValidator(_an_email)]
ProgrammeId = Annotated[str, Field(min_length=1, max_length=40)]
Login = Annotated[str, Field(min_length=1, max_length=300, pattern=NO_NULL)]
Password = Annotated[str, Field(min_length=1, max_length=1000)]
Secret = Annotated[str, Field(min_length=1, max_length=200)]
