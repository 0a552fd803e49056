"""A private SMTP server that keeps what it is sent, and fails when it is told to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.ports import LOCALHOST, free_port


@dataclass(frozen=True)
class Received:
    """One mail as it came in: the envelope's people and the message."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "")

    @property
    def text(self) -> str:
        """The plain part."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part is not None else ""


@dataclass
class SmtpServer:
    """SMTP on a free port of 127.0.0.1, in a thread of this process.

    ``folder``, when given, keeps each mail as a numbered ``.eml`` file to open by hand.
    """

    folder: Path | None = None
    port: int = field(default_factory=free_port)
    received: list[Received] = field(default_factory=list)
    _failures: list[str] = field(default_factory=list)
    _controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://{LOCALHOST}:{self.port}"

    def start(self) -> None:
        if self._controller is None:
            controller = Controller(_Keeper(self), hostname=LOCALHOST, port=self.port)
            controller.start()
            self._controller = controller

    def stop(self) -> None:
        """Refuse connections from now on; what was received stays."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def fail_next(self, *answers: str) -> None:
        """Answer the next mails so (``"451 4.3.0 Try later"``) instead of taking them."""
        self._failures.extend(answers)

    def to(self, address: str) -> list[Received]:
        """What has come for one address, oldest first."""
        return [mail for mail in self.received if address in mail.recipients]

    def take(self, sender: str, recipients: Iterable[str], content: bytes) -> str:
        """Keep one mail, or fail as told; the SMTP answer."""
        if self._failures:
            return self._failures.pop(0)
        message = message_from_bytes(content, policy=policy.default)
        self.received.append(Received(sender, tuple(recipients), message))
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{len(self.received):05}.eml").write_bytes(content)
        return "250 OK"


class _Keeper:
    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        return self._server.take(envelope.mail_from or "", envelope.rcpt_tos, raw)
