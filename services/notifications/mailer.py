"""The mail seam: a letter goes to an SMTP server, or nowhere but into the local mailbox."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Literal, Protocol

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from services.notifications.letters import Letter
from services.notifications.settings import Settings
from shared.clock import Clock

Fate = Literal["sent", "later", "refused"]

_ANSWERED = (SMTPRecipientsRefused, SMTPResponseException, SMTPNotSupported)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter; error says why where it was not sent."""

    letter: Letter
    fate: Fate
    error: str | None = None


class MailServerAway(Exception):
    """The mail server cannot be reached or does not let us in: no letter is to blame."""


class Mailer(Protocol):
    """Where letters go.

    at_once: how many letters may be sent before their fate is written down. What is sent and
    not yet written down when the process dies is sent again.
    """

    at_once: int

    async def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Send letters; raise MailServerAway if none of them could be tried."""

    async def close(self) -> None:
        """Let go of the connection; the next `send` makes a new one."""


class MailboxMailer:
    """Sends nothing: the letters are kept where their fate is written down, in one transaction."""

    at_once = 50

    async def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Take every letter."""
        return [Outcome(letter, "sent") for letter in letters]

    async def close(self) -> None:
        """Nothing is open."""


class SmtpMailer:
    """Sends over one connection, kept for all letters of a run (RFC 5321)."""

    # One by one: of two letters sent and not written down, both would be sent again.
    at_once = 1

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._client: SMTP | None = None

    async def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Send letters one after another."""
        return [await self._send(letter) for letter in letters]

    async def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with contextlib.suppress(SMTPException, OSError):
                await client.quit()
            client.close()

    async def _send(self, letter: Letter) -> Outcome:
        try:
            message = self._message(letter)
        except (ValueError, UnicodeError) as error:
            return Outcome(letter, "refused", f"the address cannot be written: {error}")
        client = await self._connected()
        try:
            await client.send_message(message, sender=self._settings.mail_from)
        except (SMTPException, OSError) as fault:
            if not isinstance(fault, _ANSWERED):
                # Cut off in the middle: the server may have taken it, so it may come twice.
                await self._drop()
            return Outcome(letter, *_judge(fault))
        return Outcome(letter, "sent")

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        settings = self._settings
        password = settings.smtp_password
        client = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=password.get_secret_value() if password else None,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            timeout=settings.smtp_timeout_seconds,
        )
        try:
            await client.connect()
        except (SMTPException, OSError) as fault:
            client.close()
            where = f"{settings.smtp_host}:{settings.smtp_port}"
            raise MailServerAway(f"the mail server at {where}: {fault}") from fault
        self._client = client
        return client

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP_POLICY)
        message["Message-ID"] = letter.message_id
        message["Date"] = format_datetime(self._clock.now())
        message["From"] = Address(letter.sender_name, addr_spec=self._settings.mail_from)
        message["To"] = Address(letter.to_name, addr_spec=_with_ascii_domain(letter.to_address))
        message["Reply-To"] = Address(letter.sender_name, addr_spec=letter.reply_to)
        message["Subject"] = letter.subject
        # RFC 3834: keeps holiday notices from answering.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message


def _judge(fault: Exception) -> tuple[Fate, str]:
    match fault:
        case SMTPSenderRefused():
            # Our own address is refused: nothing is wrong with the letter, so it is kept.
            return "later", f"{fault.code} {fault.message}"
        case SMTPRecipientsRefused():
            first = fault.recipients[0]
            return _by_code(first.code), f"{first.code} {first.message}"
        case SMTPResponseException():
            return _by_code(fault.code), f"{fault.code} {fault.message}"
        case SMTPNotSupported():
            return "refused", str(fault)
        case _:
            return "later", f"connection lost: {fault}"


def _by_code(code: int) -> Fate:
    return "refused" if 500 <= code < 600 else "later"


def _with_ascii_domain(address: str) -> str:
    # Every server can take a domain in its ASCII form; few take it as it is written (RFC 5890).
    mailbox, at, domain = address.rpartition("@")
    if not mailbox or not domain or any(character.isspace() for character in address):
        raise ValueError(f"not an e-mail address: {address!r}")
    return f"{mailbox}{at}{domain.encode('idna').decode()}"
