"""What people type to say who they are, brought to one form."""

import re
import unicodedata

# One @, something on both sides, no white space: whether a mailbox exists only a mail can tell.
_EMAIL = re.compile(r"[^@\s<>\",;:\x00-\x1f\x7f]+@[^@\s<>\",;:\x00-\x1f\x7f]+")
LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets


def email_key(email: str) -> str:
    """Return the form under which addresses are compared: no spaces around, case folded."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def is_email(text: str) -> bool:
    """Tell whether a text has the shape of an e-mail address."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def first_number(digits: int) -> int:
    """Return the first number of a programme's candidates, so that all have so many digits."""
    return int(10 ** (digits - 1))


def candidate_id_of(prefix: str, number: int) -> str:
    """Return a programme's candidate id, such as CSCO10000000."""
    return f"{prefix}{number}"


def looks_like_email(login: str) -> bool:
    """Tell whether a login is an address rather than a candidate id."""
    return "@" in login
