"""From the event to the mail server, over a real socket."""

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtplib import SMTP
from sqlalchemy import update

from deploy.local.smtp import SmtpServer
from services.notifications import handlers, jobs
from services.notifications.app import create_app
from services.notifications.mailer import SmtpMailer
from services.notifications.models import Email
from services.notifications.settings import Settings
from shared.events import EmailFailed, EmailSent, EmailSuppressed
from tests.services.notifications.causes import TOKEN, failed, link, passed
from tests.services.notifications.conftest import PUBLISHED
from tests.services.reacting import JANE, JOHN, Reacting, earned, person, renewed, running


async def emails(service: Reacting, state: str = "") -> list[dict[str, Any]]:
    found = (await service.ask("GET", "/emails?limit=200", by=service.staff()))["items"]
    return [email for email in found if not state or email["state"] == state]


async def settled(service: Reacting, count: int) -> list[dict[str, Any]]:
    async def enough() -> list[dict[str, Any]] | None:
        done = [one for one in await emails(service) if one["state"] in ("sent", "failed")]
        return done if len(done) >= count else None

    found: list[dict[str, Any]] = await service.until(enough)
    return found


async def tried(service: Reacting, attempts: int) -> dict[str, Any]:
    async def enough() -> dict[str, Any] | None:
        (email,) = await emails(service)
        return email if email["attempts"] >= attempts else None

    found: dict[str, Any] = await service.until(enough)
    return found


def run_delivery(service: Reacting, later: timedelta = timedelta()) -> None:
    service.clock.advance(later)
    service.here.wake("deliver")


async def test_a_new_certification_is_one_mail(mailing: Reacting, smtp_server: SmtpServer) -> None:
    await mailing.hear(person(), earned("CCNA", name="CCNA"))
    await mailing.hear(earned("CCNA", name="CCNA"))
    (email,) = await settled(mailing, 1)
    (mail,) = smtp_server.received
    assert mail.recipients == ("jane.doe@example.com",)
    assert mail.subject == email["subject"] == "Congratulations: you have earned CCNA"
    assert mail.message_id == email["message_id"] == f"<{email['id']}@certtrack.example>"
    message: EmailMessage = mail.message
    assert message["To"] == "Jane Doe <jane.doe@example.com>"
    assert message["From"] == "Cisco <no-reply@certtrack.example>"
    assert message["Reply-To"] == "Cisco <certification-support@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    for part in (mail.text, mail.html):
        assert "Congratulations, Jane!" in part
        assert "20 November 2029" in part
        assert "/cisco/certifications/CCNA" in part
    assert "#0b5c8a" in mail.html
    assert "@media" in mail.html
    (sent,) = await mailing.until(lambda: mailing.told(EmailSent))
    assert str(sent.email_id) == email["id"]
    assert sent.message_id == mail.message_id
    assert "example.com" not in str(sent.model_dump(exclude={"message_id"}))


async def test_a_mail_waits_for_its_contact(mailing: Reacting, smtp_server: SmtpServer) -> None:
    await mailing.hear(earned("CCNA"), earned("CCNA", JOHN))
    await mailing.hear(person(email=None))
    assert {email["state"] for email in await emails(mailing)} == {"waiting"}
    await mailing.hear(person(version=2))
    await settled(mailing, 1)
    assert [mail.recipients for mail in smtp_server.received] == [("jane.doe@example.com",)]
    (waiting,) = await emails(mailing, "waiting")
    assert waiting["candidate_id"] == JOHN
    assert waiting["to"] is None


async def test_a_mail_and_its_contact_that_missed_each_other_meet_at_the_next_look(
    mailing: Reacting, smtp_server: SmtpServer
) -> None:
    await mailing.hear(earned("CCNA"), person())
    await settled(mailing, 1)
    async with mailing.here.database.transaction() as session:
        await session.execute(update(Email).values(state="waiting", sent_at=None))
    mailing.here.wake("waiting")
    await mailing.until(lambda: len(smtp_server.received) == 2)


async def test_a_mail_that_waited_until_it_was_old_news_is_not_sent(
    mailing: Reacting, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifications.handlers.waiting.MOST_AT_ONCE", 1)
    await mailing.hear(earned("CCNA"), earned("CCNP-ENTERPRISE"), earned("CCNA", JOHN))
    mailing.clock.advance(timedelta(days=30, hours=23))
    mailing.here.wake("waiting")
    await mailing.hear(person(JOHN))
    await settled(mailing, 1)
    mailing.clock.advance(timedelta(hours=2))
    mailing.here.wake("waiting")
    told = await mailing.until(lambda: mailing.told(EmailSuppressed)[1:])
    assert "nobody knew an address for more than 30 days" in told[0].reason
    await mailing.hear(person())
    assert [(email["state"], email["candidate_id"]) for email in await emails(mailing)] == [
        ("sent", JOHN),
        ("suppressed", JANE),
        ("suppressed", JANE),
    ]
    assert len(smtp_server.received) == 1


@pytest.mark.parametrize("purpose", ["welcome", "first_login", "forgotten"])
async def test_a_sign_in_link_goes_out_and_its_token_is_forgotten(
    mailing: Reacting, smtp_server: SmtpServer, purpose: str
) -> None:
    await mailing.hear(person(email="newer@example.com"), link(purpose))
    await mailing.hear(link(purpose))
    (email,) = await settled(mailing, 1)
    assert email["template"] == purpose
    (mail,) = smtp_server.received
    assert mail.recipients == ("jane.doe@example.com",)  # where it was made for
    for part in (mail.text, mail.html):
        assert f"http://127.0.0.1:8080/cisco/link/{TOKEN}" in part
        assert "24 November 2026, 04:00 (America/Los_Angeles)" in part
    assert TOKEN not in mail.subject
    (row,) = await mailing.rows(Email)
    assert row["secret"] is None
    assert TOKEN not in str(row)
    assert TOKEN not in str(await emails(mailing))
    assert TOKEN not in str(mailing.published)


async def test_a_link_that_ran_out_while_the_mail_server_was_away_is_not_sent(
    mailing: Reacting, smtp_server: SmtpServer
) -> None:
    smtp_server.stop()
    await mailing.hear(link())
    smtp_server.start()
    run_delivery(mailing, timedelta(days=2))
    (email,) = await settled(mailing, 1)
    assert email["state"] == "failed"
    assert "ran out" in email["error"]
    assert smtp_server.received == []
    (row,) = await mailing.rows(Email)
    assert row["secret"] is None


async def test_later_is_tried_again_with_growing_pauses_and_the_same_message_id(
    mailing: Reacting, smtp_server: SmtpServer
) -> None:
    smtp_server.fail_next("451 4.7.1 Greylisted", "421 4.3.2 Closing")
    await mailing.hear(person(), earned("CCNA"))
    email = await tried(mailing, 1)
    assert email["state"] == "queued"
    assert "Greylisted" in email["error"]
    run_delivery(mailing, timedelta(seconds=59))
    run_delivery(mailing, timedelta(seconds=1))
    await tried(mailing, 2)
    run_delivery(mailing, timedelta(minutes=1))
    run_delivery(mailing, timedelta(minutes=4))
    (email,) = await settled(mailing, 1)
    assert email["state"] == "sent"
    assert email["attempts"] == 3
    assert email["error"] is None
    assert [mail.message_id for mail in smtp_server.received] == [email["message_id"]]


async def test_a_server_that_says_later_for_days_is_given_up(
    mailing: Reacting, smtp_server: SmtpServer
) -> None:
    smtp_server.fail_next(*["451 4.7.1 Later"] * 25)
    await mailing.hear(person(), earned("CCNA"))
    for attempt in range(1, 25):
        await tried(mailing, attempt)
        run_delivery(mailing, timedelta(hours=6))
    (email,) = await settled(mailing, 1)
    assert (email["state"], email["attempts"]) == ("failed", 25)


async def test_refused_for_good_is_failed_and_told(
    mailing: Reacting, smtp_server: SmtpServer
) -> None:
    smtp_server.fail_next("550 5.1.1 No such user")
    await mailing.hear(person(), earned("CCNA"), earned("CCNP-Enterprise"))
    found = await settled(mailing, 2)
    assert sorted(email["state"] for email in found) == ["failed", "sent"]
    (event,) = await mailing.until(lambda: mailing.told(EmailFailed))
    metrics = (await mailing.client.get("/metrics")).text
    for outcome in ("sent", "failed"):
        assert f'outcome="{outcome}",service="notifications"' in metrics
    assert event.reason == "550 5.1.1 No such user"
    assert len(smtp_server.received) == 1


async def test_a_bad_address_harms_nobody_else(mailing: Reacting, smtp_server: SmtpServer) -> None:
    bad = ["no-at-sign", "a b@example.com", "x@" + "y" * 70 + ".com", "a@b\r\nBcc: c@d.com"]
    candidates = [f"CSCO{20_000_000 + number}" for number in range(len(bad))]
    await mailing.hear(
        *(person(one, email=address) for one, address in zip(candidates, bad, strict=True)),
        person(given_name="Zoë\r\nBcc: spy@example.com", family_name="Ødegård 山"),
        person(JOHN, email="john@bücher.example"),
    )
    await mailing.hear(*(earned("CCNA", one) for one in [*candidates, JANE, JOHN]))
    found = await settled(mailing, len(bad) + 2)
    assert {one["candidate_id"] for one in found if one["state"] == "failed"} == set(candidates)
    assert {mail.recipients for mail in smtp_server.received} == {
        ("jane.doe@example.com",),
        ("john@xn--bcher-kva.example",),
    }
    (mail,) = smtp_server.to("jane.doe@example.com")
    assert mail.message["Bcc"] is None
    assert mail.message["To"].addresses[0].display_name == "Zoë Bcc: spy@example.com Ødegård 山"


async def test_nothing_is_lost_while_the_mail_server_is_away(
    mailing: Reacting, smtp_server: SmtpServer
) -> None:
    smtp_server.stop()
    await mailing.hear(person(), *(earned(code) for code in ("CCNA", "CCNP-Enterprise")))

    async def given_back() -> bool:
        return all(email["error"] for email in await emails(mailing, "queued"))

    await mailing.until(given_back)
    for email in await emails(mailing):
        assert email["state"] == "queued"
        assert email["attempts"] == 0
        assert f"127.0.0.1:{smtp_server.port}" in email["error"]
    smtp_server.start()
    run_delivery(mailing, timedelta(seconds=10))
    await settled(mailing, 2)
    assert len({mail.message_id for mail in smtp_server.received}) == 2


async def test_a_link_overtakes_the_results_of_an_import(
    mailing: Reacting, smtp_server: SmtpServer
) -> None:
    smtp_server.stop()
    await mailing.hear(person(), *(passed() for _ in range(60)), earned("CCNA"), link("forgotten"))

    async def all_given_back() -> bool:
        run_delivery(mailing)
        return all(email["error"] for email in await emails(mailing, "queued"))

    await mailing.until(all_given_back)  # from here on nothing is due until the clock moves
    smtp_server.start()
    run_delivery(mailing, timedelta(seconds=10))
    await settled(mailing, 62)
    subjects = [mail.subject for mail in smtp_server.received]
    assert subjects[0] == "Set a new password for Cisco"
    assert subjects.count("Your result for exam 200-301 has arrived") == 60
    assert subjects.index("Congratulations: you have earned CCNA") == 1


async def die(*_: Any, **__: Any) -> None:
    raise ConnectionError("the process died here")


async def test_dying_between_sending_and_noting_it_gives_one_repeat_with_the_same_message_id(
    mailing: Reacting, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers.Notes, "add", die)
    monkeypatch.setattr(handlers, "write_down", die)
    await mailing.hear(person(), *(earned(code) for code in ("CCNA", "CCNP-Enterprise")))
    await mailing.until(lambda: len(smtp_server.received) == 1)
    await asyncio.sleep(0.1)
    assert len(smtp_server.received) == 1
    monkeypatch.undo()
    run_delivery(mailing, timedelta(minutes=11))  # the lease of the dead has run out
    await settled(mailing, 2)
    ids = [mail.message_id for mail in smtp_server.received]
    assert len(ids) == 3
    assert len(set(ids)) == 2


async def test_what_was_noted_by_a_process_that_died_is_settled_and_not_sent_again(
    mailing: Reacting, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "write_down", die)
    monkeypatch.setattr(jobs, "SETTLE_SECONDS", 1_000)  # on a machine that is busy too
    codes = ("CCNA", "CCNP-Enterprise", "Specialist-ENCOR")
    await mailing.hear(person(), *(earned(code) for code in codes))
    await mailing.until(lambda: len(smtp_server.received) == 3)
    await asyncio.sleep(0.1)
    noted = [email for email in await emails(mailing) if email["sent_at"]]
    assert [email["state"] for email in noted] == ["queued", "queued"]
    assert all(email["to"] and email["subject"] for email in noted)
    monkeypatch.undo()
    run_delivery(mailing, timedelta(minutes=11))
    found = await settled(mailing, 3)
    assert [email["attempts"] for email in found] == [1, 1, 1]
    ids = [mail.message_id for mail in smtp_server.received]
    # The last of the portion is not noted but settled, in which the process died.
    assert len(ids) == 4
    assert {email["message_id"] for email in noted} == set(ids[:2])
    assert ids[3] == ids[2]
    await mailing.until(lambda: len(mailing.told(EmailSent)) == 3)


async def test_the_token_of_a_link_is_gone_as_soon_as_it_is_noted(
    mailing: Reacting, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    smtp_server.stop()
    await mailing.hear(person(), link(), earned("CCNA"))

    async def given_back() -> bool:
        return all(email["error"] for email in await emails(mailing))

    await mailing.until(given_back)
    monkeypatch.setattr(handlers, "write_down", die)
    monkeypatch.setattr(jobs, "SETTLE_SECONDS", 1_000)
    smtp_server.start()
    run_delivery(mailing, timedelta(seconds=10))
    await mailing.until(lambda: len(smtp_server.received) == 2)
    (row,) = [row for row in await mailing.rows(Email) if row["template"] == "welcome"]
    assert (row["state"], row["secret"]) == ("queued", None)
    assert row["sent_at"]


async def test_the_connection_is_kept_from_run_to_run_and_closed_when_there_is_no_mail(
    mailing: Reacting, smtp_server: SmtpServer
) -> None:
    opened = 0
    connect = SMTP.connect

    async def count(client: SMTP, **options: Any) -> Any:
        nonlocal opened
        opened += 1
        return await connect(client, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SMTP, "connect", count)
        await mailing.hear(person(), earned("CCNA"))
        await settled(mailing, 1)
        await mailing.hear(earned("CCNP-Enterprise"))
        await settled(mailing, 2)
        assert opened == 1
        run_delivery(mailing)
        mailer: SmtpMailer = mailing.here.extras["mailer"]
        await mailing.until(lambda: not mailer.is_connected)
        await mailing.hear(earned("Specialist-ENCOR"))
        await settled(mailing, 3)
        assert opened == 2
    assert len(smtp_server.received) == 3


async def test_two_instances_send_each_mail_once(
    settings: dict[str, Any], smtp_server: SmtpServer
) -> None:
    settings |= {"smtp_host": "127.0.0.1", "smtp_port": smtp_server.port}
    both = Settings(**settings)
    async with (
        running(create_app, both, PUBLISHED) as one,
        running(create_app, both, PUBLISHED) as two,
    ):
        people = [f"CSCO{20_000_000 + number}" for number in range(60)]
        await one.hear(*(person(each) for each in people))
        await two.hear(*(earned("CCNA", each) for each in people))
        for _ in range(5):
            run_delivery(one)
            run_delivery(two)
        await settled(one, 60)
    ids = [mail.message_id for mail in smtp_server.received]
    assert len(ids) == len(set(ids)) == 60


async def test_results_and_renewals_are_told(mailing: Reacting, smtp_server: SmtpServer) -> None:
    lost = failed(registration_number="R2", score=None)
    await mailing.hear(person(), passed(), lost, lost, renewed("CCNA"), renewed("CCNA"))
    await settled(mailing, 3)
    mails = {mail.subject: mail for mail in smtp_server.received}
    assert sorted(mails) == [
        "CCNA is renewed through 20 November 2029",
        "Your result for exam 200-301 has arrived",
    ]
    texts = [mail.text for mail in smtp_server.received]
    assert sum("You passed, Jane." in text for text in texts) == 1
    assert sum("not a pass this time" in text for text in texts) == 1


async def test_results_are_not_told_where_the_setting_is_off(settings: dict[str, Any]) -> None:
    off = Settings(**settings, exam_result_mails=False, mailbox=True)
    async with running(create_app, off, PUBLISHED) as service:
        await service.hear(person(), passed(), failed())
        assert await emails(service) == []
