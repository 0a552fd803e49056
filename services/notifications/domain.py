"""Rules of e-mail: which causes make one, which are too old for one, and when to try again."""

from datetime import date, timedelta
from typing import Literal
from uuid import UUID

Template = Literal[
    "account_notice",
    "case_opened",
    "case_answered",
    "case_resolved",
    "case_waiting",
    "welcome",
    "first_login",
    "forgotten",
    "certification_earned",
    "certification_renewed",
    "certification_expiring",
    "certification_grace_started",
    "certification_expired",
    "certification_suspended",
    "certification_revoked",
    "certification_reinstated",
    "certification_replaced",
    "achievement_reached",
    "exam_result",
    "result_held",
    "result_changed",
    "result_revoked",
    "result_reinstated",
    "completion_approved",
    "completion_rejected",
    "completion_returned",
    "result_flagged",
    "data_export_ready",
    "data_erased",
    "staff_invitation",
    "staff_forgotten",
    "prove_address",
    "prove_score_report",
    "prove_registration",
]
State = Literal["waiting", "queued", "sent", "failed", "suppressed"]

# A person waits at the screen for a link; it must not queue behind the results of an import.
PRIORITY: dict[Template, int] = {
    "welcome": 1,
    "first_login": 0,
    "forgotten": 0,
    # If it was not them, they should know before anything else.
    "account_notice": 0,
    "certification_earned": 2,
    "certification_renewed": 3,
    "certification_expiring": 3,
    "certification_grace_started": 3,
    "certification_expired": 3,
    "certification_suspended": 2,
    "certification_revoked": 2,
    "certification_reinstated": 2,
    "certification_replaced": 3,
    "achievement_reached": 2,
    # The same for all that is told of a result, so that it is told in its order.
    "exam_result": 3,
    "result_held": 3,
    "result_changed": 3,
    "result_revoked": 3,
    "result_reinstated": 3,
    "completion_approved": 3,
    "completion_rejected": 3,
    "completion_returned": 3,
    "staff_invitation": 1,
    "staff_forgotten": 0,
    "prove_address": 0,
    "prove_score_report": 0,
    "prove_registration": 0,
    "data_export_ready": 1,
    "data_erased": 1,
    # Somebody waits for these, though not at the screen.
    "case_opened": 1,
    "case_answered": 1,
    "case_resolved": 1,
    "case_waiting": 2,
    # For staff, and of an import there may be many.
    "result_flagged": 4,
}

# To somebody whom nothing else is known of any more: it is forgotten once it has been sent.
LAST_WORD: Template = "data_erased"

# A mail server that says "later" is asked again after these delays (RFC 5321 section 4.5.4.1
# wants at least 30 minutes in the long run and four to five days before giving up); the short
# ones at the start are for greylisting.
RETRY_DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    *(timedelta(hours=6),) * 18,
)


def retry_delay(attempts: int) -> timedelta | None:
    """Return how long to wait after so many attempts, or None when it is time to give up."""
    return RETRY_DELAYS[attempts - 1] if attempts <= len(RETRY_DELAYS) else None


def cause_key(template: Template, programme: str, candidate_id: str, *what: object) -> str:
    """Name the cause of an e-mail about somebody's certifications, so that it is told once.

    what: the certification or achievement, and what tells one time from another: the cycle it was
    earned in, its new last day (not the cycle: a late result may give an old renewal another
    place in the row), or the version that changed it by hand. A last day of None is "ever".
    """
    parts = ("ever" if part is None else str(part) for part in what)
    return ":".join((template, programme, candidate_id, *parts))


def result_key(result_id: UUID) -> str:
    """Name the cause of a mail that tells a result: one for each, when it is first to be told."""
    return f"exam_result:{result_id}"


def turn_key(template: Template, thing: UUID, version: int) -> str:
    """Name the cause of a mail about a turn in the life of a result or a completion."""
    return f"{template}:{thing}:{version}"


def flag_key(flag_id: UUID) -> str:
    """Name the cause of a mail to staff: one for each flag."""
    return f"result_flagged:{flag_id}"


def link_key(link_id: UUID) -> str:
    """Name the cause of a sign-in mail: one for each link."""
    return f"sign_in_link:{link_id}"


def notice_key(notice_id: UUID) -> str:
    """Name the cause of a mail about an account: one for each notice."""
    return f"account_notice:{notice_id}"


def case_key(template: Template, about: UUID, version: int) -> str:
    """Name the cause of a mail about a support case: a message, or the case itself."""
    return f"{template}:{about}:{version}"


def message_id(email_id: UUID, mail_domain: str) -> str:
    """Return the Message-ID of an e-mail: always the same, so that mail readers drop a repeat."""
    return f"<{email_id}@{mail_domain}>"


def why_not(
    happened_on: date, *, today: date, within_days: int, expires_on: date | None = None
) -> str | None:
    """Return why no e-mail is sent about something that happened on a day, or None to send it.

    Loading or replaying years of history must not congratulate anybody for old news.
    """
    if expires_on is not None and expires_on < today:
        return f"it had expired on {expires_on.isoformat()} when this service heard of it"
    if (today - happened_on).days > within_days:
        return (
            f"it was of {happened_on.isoformat()}, more than {within_days} days before "
            "this service heard of it"
        )
    return None
