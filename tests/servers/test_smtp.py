from email.message import EmailMessage

import aiosmtplib
import pytest

from deploy.local.smtp import SmtpServer


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "certification@example.com"
    message["To"] = "jane.doe@example.com"
    message["Subject"] = "Congratulations – 合格"
    message["Message-ID"] = "<1@example.com>"
    message.set_content("You passed.")
    message.add_alternative("<p>You passed.</p>", subtype="html")
    return message


async def test_it_keeps_what_it_is_sent(smtp_server: SmtpServer) -> None:
    await aiosmtplib.send(mail(), hostname="127.0.0.1", port=smtp_server.port)

    (received,) = smtp_server.to("jane.doe@example.com")
    assert received.subject == "Congratulations – 合格"
    assert received.message_id == "<1@example.com>"
    assert (received.text.strip(), received.html.strip()) == ("You passed.", "<p>You passed.</p>")


async def test_it_fails_when_told_and_then_takes_the_mail(smtp_server: SmtpServer) -> None:
    smtp_server.fail_next("451 4.3.0 Try again later")

    with pytest.raises(aiosmtplib.SMTPResponseException, match="Try again") as failure:
        await aiosmtplib.send(mail(), hostname="127.0.0.1", port=smtp_server.port)
    assert failure.value.code == 451
    assert smtp_server.received == []

    await aiosmtplib.send(mail(), hostname="127.0.0.1", port=smtp_server.port)
    assert len(smtp_server.received) == 1


async def test_stopped_it_refuses_and_started_again_it_takes(smtp_server: SmtpServer) -> None:
    smtp_server.stop()
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await aiosmtplib.send(mail(), hostname="127.0.0.1", port=smtp_server.port)

    smtp_server.restart()
    await aiosmtplib.send(mail(), hostname="127.0.0.1", port=smtp_server.port)
    assert len(smtp_server.received) == 1
