"""Tidings of accounts: what identity's events have to tell, and to whom."""

from collections.abc import Mapping

from services.notifications.account_words import words_of
from services.notifications.domain import Template, link_key, notice_key
from services.notifications.handlers.tidings import Almanac, Telling, Tidings
from shared.events import AccountNoticed, AddressProofRequested, Event, StaffLinkRequested

# Whoever reads it has shown no account yet, and is no staff either.
_TO_STRANGERS = {"score_report_unmatched"}
# Of each purpose: the letter, and the page that its link opens.
_PROOFS: Mapping[str, tuple[Template, str]] = {
    "new_address": ("prove_address", "address"),
    "score_report": ("prove_score_report", "address"),
    "self_registration": ("prove_registration", "register"),
}


def _noticed(event: AccountNoticed, almanac: Almanac) -> Tidings:
    staff = event.candidate_id is None and event.notice not in _TO_STRANGERS
    reason = almanac.why_not(event, almanac.day_of(event, event.at))
    return Tidings(
        "account_notice",
        notice_key(event.notice_id),
        {
            "notice": event.notice,
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
            "staff": staff,
            "at": event.at.isoformat(),
            **words_of(event.notice, event.details),
        },
        reason if event.contact.email else "the contact has no e-mail address",
        to_address=event.contact.email,
        to_staff=staff,
    )


def _proof(event: AddressProofRequested, _almanac: Almanac) -> Tidings | None:
    """The link that proves an address; None: whoever asks for it has it mailed another way."""
    if event.purpose not in _PROOFS:
        return None
    template, path = _PROOFS[event.purpose]
    return Tidings(
        template,
        link_key(event.link_id),
        {
            "login_id": event.login_id,
            "email": event.contact.email,
            "path": path,
            "expires_at": event.expires_at.isoformat(),
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
        },
        None if event.contact.email else "the contact has no e-mail address",
        to_address=event.contact.email,
        secret=event.token,
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
    AddressProofRequested: _proof,
    StaffLinkRequested: _staff_link,
}
