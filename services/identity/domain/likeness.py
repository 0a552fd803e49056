"""Whether two candidates look like one person: names alike, and a mailbox that is one person's."""

from anyascii import anyascii
from rapidfuzz.fuzz import ratio

from services.identity.domain.score_reports import same_name

# A letter or two of slip in a name of usual length; brothers and sisters are further apart.
ALIKE = 90
# Of more people than that a mailbox is a family's, a school's or a training centre's.
MOST_OWNERS = 4
# Mailboxes that belong to a function (RFC 2142, and what schools and companies use).
_ROLE_WORDS = """
abuse accounts admin administration billing careers certification certifications contact education
enquiries exam exams help helpdesk hello hostmaster hr info it jobs learning mail marketing news
no-reply noc noreply office orders post postmaster reception registrar root sales school security
staff student students support team test testing training webmaster
"""
_ROLES = frozenset(_ROLE_WORDS.split())


def is_role_mailbox(email_key: str) -> bool:
    """Tell whether an address is read by whoever has a function, so that it tells of nobody."""
    local = email_key.partition("@")[0].partition("+")[0]
    return local.replace(".", "").replace("_", "") in _ROLES or local in _ROLES


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether two names, each given and family name, may be one person's.

    Case, accents, script, spacing and the order of the two parts do not matter, nor does a slip.
    """
    if not all(any(name) for name in (one, other)):
        return False
    whole, turned = " ".join(one), " ".join(reversed(one))
    theirs = " ".join(other)
    if same_name(whole, theirs) or same_name(turned, theirs):
        return True
    plain = _plain(theirs)
    return max(ratio(_plain(whole), plain), ratio(_plain(turned), plain)) >= ALIKE


def _plain(name: str) -> str:
    return "".join(letter for letter in anyascii(name).casefold() if letter.isalnum())
