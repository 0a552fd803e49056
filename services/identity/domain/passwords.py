"""Which passwords are taken: NIST SP 800-63B, section 3.1.1.2, without composition theatre."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distribution
from importlib.resources import files
from runpy import run_path

LONGEST = 256  # characters; a bound on work, far above the 64 that must be allowed
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def normalised(password: str) -> str:
    """Return the password in Unicode form NFKC, so that every keyboard types the same one."""
    return unicodedata.normalize("NFKC", password)


def objections(password: str, *, shortest: int, context: Iterable[str] = ()) -> list[str]:
    """Return what speaks against a password, in sentences; an empty list means that it is taken.

    context: words an attacker would try first: the login id, the address, the person's names.
    """
    password = normalised(password)
    found: list[str] = []
    if len(password) < shortest:
        found.append(f"The password needs at least {shortest} characters.")
    if len(password) > LONGEST:
        found.append(f"The password can have at most {LONGEST} characters.")
    if found:
        return found
    folded = password.casefold()
    if _stripped(folded) in common_passwords() or folded in common_passwords():
        found.append("This password is one of the most common ones, which are guessed first.")
    elif _is_run(folded):
        found.append("This password is a simple run or repetition, which is guessed first.")
    elif any(_is_only(folded, word) for word in context):
        found.append("The password must not be the login ID, the e-mail address or the name.")
    return found


def _is_only(folded: str, word: str) -> bool:
    word = word.casefold().strip()
    return len(word) >= 3 and _stripped(folded) in {word, _stripped(word)}


def _stripped(folded: str) -> str:
    # "Password2026!" is "password" to everybody who guesses.
    return folded.rstrip("0123456789!?.,#*$-_ ") or folded


def _is_run(folded: str) -> bool:
    if len(set(folded)) <= 2:
        return True
    for length in range(1, len(folded) // 2 + 1):
        if (
            len(folded) % length == 0
            and length <= 4
            and folded[:length] * (len(folded) // length) == folded
        ):
            return True
    return any(folded in row * 2 or folded in row[::-1] * 2 for row in _ROWS)


@cache
def common_passwords() -> frozenset[str]:
    """Return the most common passwords and stems: 30,000 out of breaches, and our own.

    Ours, in the file beside this module, has what is guessed first here: the field's words.
    """
    text = (files(__package__) / "common_passwords.txt").read_text("utf-8")
    # The list alone: the package around it would keep ten megabytes of other tables.
    breached = distribution("zxcvbn").locate_file("zxcvbn/frequency_lists.py")
    words: list[str] = run_path(str(breached))["FREQUENCY_LISTS"]["passwords"]
    own = (line for line in text.splitlines() if line and not line.startswith("#"))
    return frozenset(own).union(word.casefold() for word in words)
