"""What strangers see of a certification, and what its certificate says."""

import re
from datetime import date

from services.certifications.domain import Standing
from services.certifications.domain.labels import standing_text
from services.certifications.domain.state import HOLDING
from services.certifications.handlers.news import WITHDRAWN
from services.certifications.models import Candidate
from services.certifications.paper import CertificateDetails, Colours
from services.certifications.queries import Recorded
from services.certifications.schemas.public import Document, Verification
from services.certifications.views.seen import date_rule, earned_as, revision_of, verification_url
from shared.programmes import Programme

# Statuses that end by themselves on their last day.
_RUNNING = frozenset({"active", "emeritus", "in_grace"})
_REVISION = re.compile(r"([1-9][0-9]{0,8})\.([1-9][0-9]{0,8})")


def verification(
    programme: Programme,
    recorded: Recorded,
    standing: Standing,
    holder: Candidate,
    as_of: date,
    document: Document | None = None,
) -> Verification:
    """Return what a stranger may know who holds the certificate's code.

    standing: how it stands today; what the facts no longer support is withdrawn; document: what
    is told of the certificate that they have before them.
    """
    one = programme.certifications.get(recorded.code)
    supported = one is not None and bool(standing.cycles)
    word = getattr(programme.statuses, standing.status) if supported else WITHDRAWN
    return Verification(
        valid=supported and standing.holding,
        programme=programme.id,
        holder=holder.full_name,
        certification=recorded.code,
        name=one.name if one else recorded.code,
        title=one.full_title if one else recorded.code,
        level=programme.levels[one.level].name if one else "",
        status=standing.status if supported else "withdrawn",
        status_text=word,
        standing_text=standing_text(programme, standing) if supported else word,
        earned_as=earned_as(programme, recorded),
        number=recorded.number,
        active_on=standing.active_on or recorded.active_on,
        expires_on=standing.expires_on if supported else recorded.expires_on,
        grace_until=standing.grace_until,
        as_of=as_of,
        date_rule=date_rule(programme),
        revision=revision_of(recorded, holder.name_revision),
        document=document,
    )


def of_the_erased(programme: Programme, recorded: Recorded, as_of: date) -> Verification:
    """Return what a code still proves when its holder's data is erased: what, and not whose.

    What was recorded last counts; nothing is left that could be evaluated anew.
    """
    one = programme.certifications.get(recorded.code)
    last = recorded.grace_until or recorded.expires_on
    over = last is not None and last < as_of and recorded.status in _RUNNING
    status = "expired" if over else recorded.status
    word = getattr(programme.statuses, status)
    return Verification(
        valid=status in HOLDING,
        programme=programme.id,
        holder="",
        certification=recorded.code,
        name=one.name if one else recorded.code,
        title=one.full_title if one else recorded.code,
        level=programme.levels[one.level].name if one else "",
        status=status,
        status_text=word,
        standing_text=word,
        earned_as=earned_as(programme, recorded),
        number=None,
        active_on=recorded.active_on,
        expires_on=recorded.expires_on,
        grace_until=recorded.grace_until,
        as_of=as_of,
        date_rule=date_rule(programme),
        revision=str(recorded.version),
        document=None,
        erased=True,
    )


def document_of(asked: str, found: Recorded, recorded: Recorded, holder: Candidate) -> Document:
    """Return what is to be told of a certificate of some revision.

    asked: as the certificate says it; found: what its code was given out for; recorded: the same
    of the person as they are known today, which is another where two ids were merged. A revision
    that was never given out is told from one that was replaced, unless there were two of them.
    """
    written = _REVISION.fullmatch(asked)
    if written is None:
        return Document(revision=asked, state="unknown", because=None)
    if (found.candidate_id, found.verification_code) != (
        holder.candidate_id,
        recorded.verification_code,
    ):
        return Document(revision=asked, state="replaced", because="record")
    version, name = int(written[1]), int(written[2])
    if version > recorded.version or name > holder.name_revision:
        return Document(revision=asked, state="unknown", because=None)
    if name < holder.name_revision:
        return Document(revision=asked, state="replaced", because="name")
    if version < recorded.version:
        return Document(revision=asked, state="replaced", because="record")
    return Document(revision=asked, state="current", because=None)


def on_paper(
    programme: Programme, recorded: Recorded, holder: Candidate, public_url: str
) -> CertificateDetails:
    """Return what the certificate says."""
    one = programme.certifications[recorded.code]
    branding = programme.branding
    series = programme.number_series.get(one.number_series or "")
    return CertificateDetails(
        programme=branding.logo_text,
        issuer=programme.name,
        colours=Colours(branding.accent, branding.accent_ink, branding.ink),
        holder=holder.full_name,
        certification=one.full_title,
        short_name=one.name,
        level=programme.levels[one.level].name,
        earned_on=recorded.started_on,
        valid_through=recorded.expires_on,
        timezone=programme.timezone,
        verification_code=recorded.verification_code,
        verification_url=verification_url(public_url, programme, recorded),
        revision=revision_of(recorded, holder.name_revision),
        number=recorded.number,
        number_label=series.name if series else "Number",
    )
