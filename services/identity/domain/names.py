"""Names: what may be one, and whether two are one name in another writing."""

import re
import unicodedata
from typing import NamedTuple

from anyascii import anyascii

LONGEST = 100
# How often somebody may correct the writing of their own name in a day.
SMALL_CHANGES_A_DAY = 3

# Joiners have a meaning in Persian and in the scripts of India.
_JOINERS = "\u200c\u200d"
# Symbols, and what cannot be seen: neither belongs to a name anywhere.
_NO_NAME = {"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sm", "Sc"}
# Spacing modifier letters, which stand for apostrophes (as in Hawaiian names), and the accents on
# Latin, Greek and Cyrillic letters; the vowel signs of other scripts are letters.
_MARKS = range(0x02B0, 0x0370)
# Where these letters are at home they are written with two where the keyboard has none.
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


class Name(NamedTuple):
    """A given and a family name; who has only one name leaves the other empty."""

    given: str
    family: str

    @property
    def full(self) -> str:
        """Given name before family name, as the programmes print it."""
        return f"{self.given} {self.family}".strip()


def cleaned(text: str) -> str:
    """Return a name in one form of Unicode, with single spaces and none around."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def fault_of(text: str) -> str | None:
    """Return why a cleaned text cannot be a part of a name, or None."""
    if len(text) > LONGEST:
        return f"may have at most {LONGEST} characters"
    for letter in text:
        if unicodedata.category(letter) in _NO_NAME and letter not in _JOINERS:
            shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
            return f"has a character that no name has: {shown}"
    return None


def same_writing(one: Name, other: Name) -> bool:
    """Tell whether two are the same name but for case, accents, spacing and punctuation.

    O'Brien and O’BRIEN, García-López and Garcia Lopez, Müller and Mueller are; Smith and Smyth,
    or the same name in another script, are not.
    """
    return bool(_writings(one) & _writings(other))


def _writings(name: Name) -> set[str]:
    text = unicodedata.normalize("NFC", name.full).casefold()
    spelt_out = unicodedata.normalize("NFC", text).translate(_SPELT_OUT)
    return {_folded(text), _folded(spelt_out)} - {""}


def _folded(text: str) -> str:
    kept = []
    for letter in unicodedata.normalize("NFKD", text):
        if ord(letter) in _MARKS or unicodedata.category(letter)[0] in "PZSC":
            continue
        latin = unicodedata.name(letter, "").startswith("LATIN")
        kept.append(anyascii(letter).casefold() if latin else letter)
    return "".join(kept)
