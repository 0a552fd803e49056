"""The mail seam against servers that misbehave, over a real socket."""

from asyncio import WriteTransport
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from deploy.local.ports import LOCALHOST, free_port
from services.notifications.letters import Letter
from services.notifications.mailer import Fate, MailServerAway, SmtpMailer
from services.notifications.settings import Settings
from shared.clock import SystemClock
from shared.ids import uuid7


def letter(to_address: str = "jane.doe@example.com") -> Letter:
    return Letter(
        email_id=uuid7(),
        programme="cisco",
        message_id="<1@certtrack.example>",
        sender_name="Cisco",
        to_name="Jane Doe",
        to_address=to_address,
        reply_to="support@example.com",
        subject="Hello",
        text="Hello.\n",
        html="<p>Hello.</p>",
    )


class Answers:
    """A server that answers each command as told, or cuts the line."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.connections = 0
        self.taken = 0

    async def handle_EHLO(  # noqa: N802 - the name that aiosmtpd looks for
        self, server: SMTP, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - as above
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - as above
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, _session: Any, _envelope: Any) -> str:  # noqa: N802 - as above
        if self.answers.get("DATA") == "cut":
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        self.taken += 1
        return "250 OK"


@contextmanager
def answering(handler: Answers, **options: Any) -> Iterator[Callable[..., SmtpMailer]]:
    port = free_port()
    controller = Controller(handler, hostname=LOCALHOST, port=port, **options)
    controller.start()

    def mailer(**changes: Any) -> SmtpMailer:
        given: dict[str, Any] = {"smtp_host": LOCALHOST, "smtp_port": port} | changes
        return SmtpMailer(Settings(**given), SystemClock())

    try:
        yield mailer
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        ({"RCPT": "550 5.1.1 No such user"}, "refused"),
        ({"RCPT": "452 4.2.2 Mailbox full"}, "later"),
        ({"MAIL": "550 5.7.1 Sender not allowed"}, "later"),
        ({"DATA": "cut"}, "later"),
    ],
)
async def test_each_refusal_has_its_fate(answers: dict[str, str], fate: Fate) -> None:
    with answering(Answers(**answers)) as make:
        mailer = make()
        (outcome,) = await mailer.send([letter()])
        await mailer.close()
    assert outcome.fate == fate
    assert outcome.error
    if "cut" not in answers.values():
        assert next(iter(answers.values())) == outcome.error


async def test_one_connection_carries_many_letters() -> None:
    handler = Answers()
    with answering(handler) as make:
        mailer = make()
        for _ in range(5):
            (outcome,) = await mailer.send([letter()])
            assert outcome.fate == "sent"
        await mailer.close()
    assert (handler.connections, handler.taken) == (1, 5)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize(("password", "lets_in"), [("right", True), ("wrong", False)])
async def test_a_wrong_password_blames_no_letter(password: str, lets_in: bool) -> None:
    def check(_server: Any, _session: Any, _envelope: Any, _kind: str, given: Any) -> AuthResult:
        right = given.password == b"right"
        return AuthResult(success=right, handled=right)

    options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    with answering(Answers(), **options) as make:
        mailer = make(smtp_username="certtrack", smtp_password=password)
        if lets_in:
            (outcome,) = await mailer.send([letter()])
            assert outcome.fate == "sent"
        else:
            with pytest.raises(MailServerAway, match="535"):
                await mailer.send([letter()])
        await mailer.close()


async def test_a_server_without_the_encryption_asked_for_gets_nothing() -> None:
    handler = Answers()
    with answering(handler) as make:
        mailer = make(smtp_security="starttls")
        with pytest.raises(MailServerAway):
            await mailer.send([letter()])
        await mailer.close()
    assert handler.taken == 0


class Fickle(Answers):
    """A server that carries one letter over each connection, then ends it as told."""

    def __init__(self, end: str) -> None:
        super().__init__()
        self.end = end

    async def handle_MAIL(  # noqa: N802 - as above
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if session.host_name == "used":
            if self.end == "cut":
                assert isinstance(server.transport, WriteTransport)
                server.transport.abort()
            return "421 4.4.2 Enough"
        session.host_name = "used"
        return await super().handle_MAIL(server, session, envelope, address, options)


@pytest.mark.parametrize("end", ["421", "cut"])
async def test_a_connection_that_the_server_ended_is_made_anew_and_counts_for_nothing(
    end: str,
) -> None:
    handler = Fickle(end)
    with answering(handler) as make:
        mailer = make()
        for _ in range(3):
            (outcome,) = await mailer.send([letter()])
            assert outcome.fate == "sent"
        await mailer.close()
    assert (handler.connections, handler.taken) == (3, 3)


async def test_a_server_that_ends_new_connections_too_is_asked_once_more_and_not_for_ever() -> None:
    handler = Answers()
    with answering(handler) as make:
        mailer = make()
        await mailer.send([letter()])
        handler.answers["MAIL"] = "421 4.3.2 Closing"
        (outcome,) = await mailer.send([letter()])
        await mailer.close()
    assert (outcome.fate, handler.connections) == ("later", 2)


async def test_after_a_refusal_the_next_letter_goes_over_the_same_connection() -> None:
    handler = Answers(RCPT="550 5.1.1 No such user")
    with answering(handler) as make:
        mailer = make()
        (refused,) = await mailer.send([letter()])
        handler.answers.clear()
        (sent,) = await mailer.send([letter()])
        await mailer.close()
    assert (refused.fate, sent.fate) == ("refused", "sent")
    assert (handler.connections, handler.taken) == (1, 1)
