"""Tidings of accounts: what identity's events have to tell, and to whom."""

from collections.abc import Mapping

from services.notifications.account_words import words_of
from services.notifications.domain import link_key, notice_key
from services.notifications.handlers.tidings import Almanac, Telling, Tidings
from shared.events import AccountNoticed, Event, StaffLinkRequested


def _noticed(event: AccountNoticed, almanac: Almanac) -> Tidings:
    reason = almanac.why_not(event, almanac.day_of(event, event.at))
    return Tidings(
        "account_notice",
        notice_key(event.notice_id),
        {
            "notice": event.notice,
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
            "staff": event.candidate_id is None,
            "at": event.at.isoformat(),
            **words_of(event.notice, event.details),
        },
        reason if event.contact.email else "the contact has no e-mail address",
        to_address=event.contact.email,
        to_staff=event.candidate_id is None,
    )


def _staff_link(event: StaffLinkRequested, _almanac: Almanac) -> Tidings:
    return Tidings(
        "staff_invitation" if event.purpose == "invitation" else "staff_forgotten",
        link_key(event.link_id),
        {
            "login": event.contact.email,
            "invited_by": event.invited_by,
            "expires_at": event.expires_at.isoformat(),
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
        },
        None if event.contact.email else "the contact has no e-mail address",
        to_address=event.contact.email,
        secret=event.token,
        to_staff=True,
    )


TELLING: Mapping[type[Event], Telling] = {
    AccountNoticed: _noticed,
    StaffLinkRequested: _staff_link,
}
