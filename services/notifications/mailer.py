"""The mail seam: a letter goes to an SMTP server, or nowhere but into the local mailbox."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPStatus,
)

from services.notifications.letters import Letter
from services.notifications.mime import compose, with_ascii_domain
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
        """Let go of the connection, if there is one; the next `send` makes a new one."""


class MailboxMailer:
    """Sends nothing: the letters are kept where their fate is written down, in one transaction."""

    at_once = 50

    async def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Take every letter."""
        return [Outcome(letter, "sent") for letter in letters]

    async def close(self) -> None:
        """Nothing is open."""


class SmtpMailer:
    """Sends over one connection, kept for as long as there is mail (RFC 5321)."""

    # One by one: of two letters sent and not written down, both would be sent again.
    at_once = 1

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._client: SMTP | None = None
        self._used = False

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection to the server."""
        return self._client is not None and self._client.is_connected

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
            content = compose(letter, self._settings.mail_from, self._clock.now())
            recipient = with_ascii_domain(letter.to_address)
        except (ValueError, UnicodeError) as error:
            return Outcome(letter, "refused", f"the address cannot be written: {error}")
        client = await self._connected()
        try:
            client = await self._begin(client, len(content))
            await client.rcpt(recipient)
            await client.data(content)
        except ValueError as error:
            return Outcome(letter, "refused", f"the address cannot be written: {error}")
        except (SMTPException, OSError) as fault:
            if not isinstance(fault, _ANSWERED):
                # Cut off in the middle: the server may have taken it, so it may come twice.
                self._drop()
            elif self._client is not None and self._client.is_connected:
                await self._forget_envelope(self._client)
            return Outcome(letter, *_judge(fault))
        return Outcome(letter, "sent")

    async def _begin(self, client: SMTP, size: int) -> SMTP:
        """Begin a letter, over a new connection where the server has given up the old one.

        A server may end a connection that was idle, or has carried enough; nothing of the letter
        has gone over it by then.
        """
        used = self._used
        self._used = True
        try:
            await self._mail(client, size)
        except (SMTPException, OSError) as fault:
            if not used or not _hung_up(fault):
                raise
            self._drop()
            client = await self._connected()
            self._used = True
            await self._mail(client, size)
        return client

    async def _mail(self, client: SMTP, size: int) -> None:
        options = [f"SIZE={size}"] if client.supports_extension("size") else []
        await client.mail(self._settings.mail_from, options=options)

    async def _forget_envelope(self, client: SMTP) -> None:
        try:
            await client.rset()
        except (SMTPException, OSError):
            self._drop()

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
        self._client, self._used = client, False
        return client

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


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


def _hung_up(fault: Exception) -> bool:
    if isinstance(fault, SMTPResponseException):
        return fault.code == SMTPStatus.domain_unavailable
    return isinstance(fault, OSError)
