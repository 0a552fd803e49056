"""Names and addresses in the form in which they are compared."""

import unicodedata


def name_key(name: str) -> str:
    """A name without case, accents, punctuation and differences of width or spacing.

    "Müller", "MULLER" and "Mu\u0308ller" are the same; "Mueller" is not.
    """
    apart = unicodedata.normalize("NFKD", name.casefold())
    kept = (
        character if character.isalnum() else " "
        for character in apart
        if not unicodedata.combining(character)
    )
    return " ".join("".join(kept).split())


def email_key(email: str) -> str:
    """An address without differences of case or width."""
    return unicodedata.normalize("NFKC", email).casefold().strip()
