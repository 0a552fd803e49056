"""What a provider says of the account that somebody has signed in with there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.identity.domain.logins import is_email

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class ExternalAccount:
    """An account at a provider: issuer and subject name it, the rest are words for people.

    Neither names nor address are believed: who reads a mailbox, only a mail to it can prove.
    """

    issuer: str
    subject: str
    label: str
    given_name: str = ""
    family_name: str = ""
    email: str | None = None


def account_of(issuer: str, claims: Mapping[str, Any]) -> ExternalAccount:
    """Read the account from claims (OpenID Connect Core 1.0, section 5.1), whatever they hold."""
    email = _text(claims, "email")
    label = email or _text(claims, "preferred_username") or _text(claims, "name")
    return ExternalAccount(
        issuer=issuer,
        subject=str(claims["sub"]),
        label=label or str(claims["sub"])[:_LONGEST],
        given_name=_text(claims, "given_name"),
        family_name=_text(claims, "family_name"),
        email=email if is_email(email) else None,
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        return ""
    # No control characters, which could turn round or break the line that shows them.
    return "".join(letter for letter in value if letter.isprintable()).strip()[:_LONGEST]
