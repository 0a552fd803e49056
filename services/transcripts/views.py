"""What a transcript shows, to its owner and to strangers: rows and programme data put together."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from services.transcripts.domain import WITHDRAWN, Status, Validity
from services.transcripts.models import Holder, Holding, Transcript
from services.transcripts.schemas import (
    CertificationChoice,
    PublicCertification,
    PublicTranscript,
    TranscriptView,
)
from shared.programmes import Programme


def own(
    transcript: Transcript,
    holdings: Sequence[Holding],
    programme: Programme,
    *,
    today: date,
    public_url: str,
) -> TranscriptView:
    """Return a transcript for its owner: every certification, with whether it is shown."""
    return TranscriptView(
        id=transcript.id,
        code=transcript.code,
        description=transcript.description,
        valid_through=transcript.valid_through,
        all_new=transcript.all_new,
        certifications=[
            CertificationChoice(
                certification=holding.certification,
                name=holding.name,
                level=holding.level,
                level_name=_level_name(programme, holding.level),
                active_on=holding.active_on,
                expires_on=holding.expires_on,
                status=_status(holding, today),
                status_text=_status_text(holding, programme, today),
                included=transcript.includes(holding.certification),
            )
            for holding in _highest_first(_shown(holdings), programme)
        ],
        show_dates=transcript.show_dates,
        private_notes=transcript.private_notes,
        remarks=transcript.remarks,
        disabled=transcript.disabled,
        views=transcript.views,
        last_viewed_at=transcript.last_viewed_at,
        public_url=f"{public_url}/{programme.id}/transcript/{transcript.code}",
        date_rule=date_rule(programme),
    )


def public(
    transcript: Transcript,
    holder: Holder,
    holdings: Sequence[Holding],
    programme: Programme,
    *,
    today: date,
) -> PublicTranscript:
    """Return a transcript for a stranger: what the candidate chose, expired ones marked as such."""
    shown = [
        holding
        for holding in _highest_first(_shown(holdings), programme)
        if transcript.includes(holding.certification)
    ]
    return PublicTranscript(
        code=transcript.code,
        programme=programme.id,
        holder=holder.full_name,
        valid_through=transcript.valid_through,
        as_of=today,
        remarks=transcript.remarks,
        certifications=[
            PublicCertification(
                name=holding.name,
                level=holding.level,
                level_name=_level_name(programme, holding.level),
                status=_status(holding, today),
                status_text=_status_text(holding, programme, today),
                **(
                    {"active_on": holding.active_on, "expires_on": holding.expires_on}
                    if transcript.show_dates
                    else {}
                ),
            )
            for holding in shown
        ],
        date_rule=date_rule(programme),
    )


def date_rule(programme: Programme) -> str:
    """Return the sentence that says what a date on a transcript means."""
    return (
        "Certifications and transcripts are valid through the whole of the day stated "
        f"({programme.timezone})."
    )


def _shown(holdings: Sequence[Holding]) -> list[Holding]:
    return [holding for holding in holdings if holding.status != WITHDRAWN]


def _status(holding: Holding, today: date) -> Status:
    validity = Validity(
        holding.status,
        holding.expires_on,
        holding.grace_until,
        holding.version,
        holding.expired_version,
    )
    return cast(Status, validity.status_on(today))


def _status_text(holding: Holding, programme: Programme, today: date) -> str:
    status = _status(holding, today)
    if status == holding.status and holding.status_text:
        return holding.status_text
    return str(getattr(programme.statuses, status))


def _level_name(programme: Programme, level: str) -> str:
    named = programme.levels.get(level)
    return named.name if named else level


def _highest_first(holdings: Sequence[Holding], programme: Programme) -> list[Holding]:
    levels, codes = list(programme.levels), list(programme.certifications)

    def place(holding: Holding) -> tuple[int, int, str]:
        level, code = holding.level, holding.certification
        return (
            -levels.index(level) if level in levels else 1,
            codes.index(code) if code in codes else len(codes),
            holding.name,
        )

    return sorted(holdings, key=place)
