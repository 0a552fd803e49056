"""Letters as bytes, read again by the standard library."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.mime import LONGEST, compose
from tests.services.notifications.test_mailer import letter
from tests.services.reacting import NOW

NAMES = [
    "Jane Doe",
    "Doe, Jane",
    'Jane "JD" Doe',
    "back\\slash",
    "Zoë Ødegård 山",
    "=?utf-8?q?not_encoded?=",
    "Jane <spy@example.com>",
    "",
    "Wolfeschlegelsteinhausenbergerdorff " * 3 + "Jr",
]
SUBJECTS = [
    "Your result for exam 200-301 has arrived",
    "Félicitations: CCNA",
    "=?utf-8?b?bm90IGVuY29kZWQ=?=",
    "A very long subject " * 8 + "ends",
    "Ein sehr langer Betreff für Übungen " * 5 + "endet",
    "",
]
BODIES = [
    "Hello.\n",
    ".\n..\nFrom here\n",
    "x" * 2_000 + " = y\n",
    "Zoë\n",
    "山" * 500 + "\n",
    "trailing \t\nspace \n\n\n",
]


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def composed(**changes: Any) -> tuple[bytes, EmailMessage]:
    raw = compose(replace(letter(), **changes), "no-reply@certtrack.example", NOW)
    return raw, read(raw)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_arrives_as_it_is(name: str) -> None:
    raw, message = composed(to_name=name, sender_name=name)
    for header, address in (
        ("To", "jane.doe@example.com"),
        ("From", "no-reply@certtrack.example"),
        ("Reply-To", "support@example.com"),
    ):
        (one,) = message[header].addresses
        assert (one.display_name, one.addr_spec) == (name, address)
    assert raw.isascii()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_arrives_as_it_is(subject: str) -> None:
    raw, message = composed(subject=subject)
    assert message["Subject"] == subject
    assert raw.isascii()
    head = raw.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= LONGEST


@pytest.mark.parametrize("body", BODIES)
def test_a_text_arrives_as_it_is_in_short_lines_of_ascii(body: str) -> None:
    raw, message = composed(text=body, html=f"<p>{body}</p>")
    text, html = message.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == body
    assert html.get_content().replace("\r\n", "\n") == f"<p>{body}</p>\n"
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= LONGEST


def test_a_letter_has_what_servers_and_readers_look_for() -> None:
    _, message = composed()
    assert message.get_content_type() == "multipart/alternative"
    assert message["MIME-Version"] == "1.0"
    assert message["Message-ID"] == "<1@certtrack.example>"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"


@given(name=st.text(max_size=60), subject=st.text(max_size=120))
def test_nothing_in_a_name_or_a_subject_makes_a_header(name: str, subject: str) -> None:
    name, subject = (" ".join(one.split()) for one in (name, subject))
    try:
        _, message = composed(to_name=name, subject=subject)
    except (ValueError, UnicodeError):
        return  # refused
    assert message.keys() == composed()[1].keys()


@pytest.mark.parametrize("changes", [{"subject": "a\r\nBcc: b@c.d"}, {"to_address": "a@b\nBcc: c"}])
def test_a_line_break_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        composed(**changes)
