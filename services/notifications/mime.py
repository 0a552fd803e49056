"""MIME: a letter as the bytes that a mail server takes.

By hand, because the standard library's classes parse each header anew, which takes longer than all
else together that sending a letter does. What is not plain is left to them.
"""

import re
from binascii import b2a_base64, b2a_qp
from datetime import datetime
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from services.notifications.letters import Letter

# RFC 5322 section 2.1.1: longer lines are folded, or encoded.
LONGEST = 78
_LINE = "\r\n"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
# What is written as it is, or between quotes (RFC 5322 section 3.2); no line break is among it.
_PLAIN_NAME = re.compile(rf"{_ATOM}(?: {_ATOM})*")
_QUOTABLE_NAME = re.compile(r"[ !#-\[\]-~]+")
_PLAIN_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_PLAIN_TEXT = re.compile(r"[!-~]+(?: [!-~]+)*")
# What stands between these would be read as an encoded word (RFC 2047).
_ENCODED = "=?"


def compose(letter: Letter, mail_from: str, now: datetime) -> bytes:
    """Return a letter as text and HTML in one message, in lines of ASCII that any server takes.

    Raises ValueError or UnicodeError if an address cannot be written.
    """
    # It cannot be in what is encoded, and nobody knows it before the letter is written.
    boundary = f"=_{letter.email_id.hex}"
    lines = [
        _text_header("Message-ID", letter.message_id),
        _text_header("Date", format_datetime(now)),
        _same_address("From", letter.sender_name, mail_from),
        _address_header("To", letter.to_name, with_ascii_domain(letter.to_address)),
        _same_address("Reply-To", letter.sender_name, letter.reply_to),
        _text_header("Subject", letter.subject),
        # RFC 3834: keeps holiday notices from answering.
        "Auto-Submitted: auto-generated\r\n",
        "MIME-Version: 1.0\r\n",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n',
        *(f"\r\n--{boundary}\r\n{_part(kind, body)}" for kind, body in _bodies(letter)),
        f"\r\n--{boundary}--\r\n",
    ]
    return "".join(lines).encode()


def with_ascii_domain(address: str) -> str:
    """Return an address with its domain in ASCII; raise ValueError or UnicodeError if it is none.

    Every server can take a domain in its ASCII form; few take it as it is written (RFC 5890).
    """
    mailbox, at, domain = address.rpartition("@")
    if not mailbox or not domain or any(character.isspace() for character in address):
        raise ValueError(f"not an e-mail address: {address!r}")
    return f"{mailbox}{at}{domain.encode('idna').decode()}"


def _bodies(letter: Letter) -> tuple[tuple[str, str], ...]:
    return ("plain", letter.text), ("html", letter.html)


def _text_header(name: str, value: str) -> str:
    if _PLAIN_TEXT.fullmatch(value) and _ENCODED not in value:
        written = value
    elif value.isprintable():
        written = _word(value) if value else ""
    else:
        return _folded(name, value)
    line = f"{name}: {written}"
    return line + _LINE if len(line) <= LONGEST else _folded(name, value)


def _address_header(name: str, person: str, address: str) -> str:
    if person and person.isprintable() and _PLAIN_ADDRESS.fullmatch(address):
        line = f"{name}: {_phrase(person)}"
        if len(line) <= LONGEST and len(address) < LONGEST - 2:
            space = " " if len(line) + len(address) < LONGEST - 2 else "\r\n "
            return f"{line}{space}<{address}>{_LINE}"
    return _folded(name, Address(person, addr_spec=address))


def _phrase(person: str) -> str:
    if _ENCODED not in person:
        if _PLAIN_NAME.fullmatch(person):
            return person
        if _QUOTABLE_NAME.fullmatch(person):
            return f'"{person}"'
    return _word(person)


def _word(text: str) -> str:
    """Return an encoded word (RFC 2047 section 2), which is plain whatever is in it."""
    return f"=?utf-8?b?{b2a_base64(text.encode(), newline=False).decode()}?="


# Each programme has one of each.
_same_address = lru_cache(maxsize=100)(_address_header)


def _folded(name: str, value: Any) -> str:
    # Also what refuses a line break, which would begin a header of its own.
    _, header = SMTP.header_store_parse(name, value)
    return str(SMTP.fold(name, header))


def _part(kind: str, body: str) -> str:
    lines = body.replace(_LINE, "\n").replace("\r", "\n").removesuffix("\n")
    encoding, content = _encoded(lines.replace("\n", _LINE) + _LINE)
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n{content}"
    )


def _encoded(body: str) -> tuple[str, str]:
    if body.isascii() and max(map(len, body.split(_LINE))) <= LONGEST:
        return "7bit", body
    raw = body.encode()
    quoted = b2a_qp(raw)
    # Scripts of which each letter would take nine characters.
    if len(quoted) > 1.5 * len(raw):
        columns = 57  # in base64 the 76 characters that a line may have (RFC 2045 section 6.8)
        lines = [b2a_base64(raw[at : at + columns]) for at in range(0, len(raw), columns)]
        return "base64", b"".join(lines).decode().replace("\n", _LINE)
    return "quoted-printable", quoted.decode()
