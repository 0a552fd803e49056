"""What stands on a score report, compared as people and testing vendors write it."""

import unicodedata

from anyascii import anyascii

# Passports and vendors write these with a letter more than the plain letter (ICAO 9303, part 3).
_LONGER = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def number_key(number: str) -> str:
    """Return the form under which registration numbers are compared: no spaces, case folded."""
    plain = unicodedata.normalize("NFKC", number).casefold()
    return "".join(plain.split())


def same_name(one: str, other: str) -> bool:
    """Tell whether two writings are one name: case, accents, script and spacing do not matter.

    Müller is Muller and Mueller, O'Neil is ONeil, Иванов is Ivanov. An empty name is like none.
    """
    return bool(_writings(one) & _writings(other))


def _writings(name: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", name).casefold()
    found = {
        "".join(letter for letter in anyascii(text).casefold() if letter.isalnum())
        for text in (folded, folded.translate(_LONGER))
    }
    return found - {""}
