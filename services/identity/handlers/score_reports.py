"""First login by score report: whoever has the report, and reads a new address, gets in.

What is typed is written down and a job answers it, so that neither the answer nor its timing
tells whether it matches; only the mail to the new address does.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key
from services.identity.domain.score_reports import number_key, same_name
from services.identity.domain.throttling import MAILBOX, SCORE_REPORT
from services.identity.handlers.addresses import masked
from services.identity.handlers.attempts import count_limits
from services.identity.handlers.candidates import load
from services.identity.handlers.links import ANSWER_REQUESTS
from services.identity.handlers.notices import notice
from services.identity.handlers.proofs import Wanted, issue_proofs, too_many
from services.identity.models import (
    AddressProof,
    Candidate,
    Credential,
    RegistrationNumber,
    ScoreReportRequest,
)
from services.identity.tokens import hash_of
from shared import outbox
from shared.context import context, wake_after_commit
from shared.events import AccountNoticed, Contact
from shared.ids import uuid7
from shared.merges import kin_of
from shared.rows import one_of

_BATCH = 500
_WARN_AGAIN = timedelta(days=1)
_ADVICE = "use the e-mail address that you gave when you took an exam"


async def show_score_report(
    session: AsyncSession, programme: str, family_name: str, number: str, email: str
) -> ScoreReportRequest:
    """Note what somebody read off a score report; whether it matches is looked at later.

    Raises SlowDown when a number or a mailbox is named too often, whether they are known or not.
    """
    key = number_key(number)
    await count_limits(
        session,
        [
            (hash_of("registration number", programme, key), SCORE_REPORT),
            (hash_of("mailbox", programme, email_key(email)), MAILBOX),
        ],
        advice=_ADVICE,
    )
    request = ScoreReportRequest(
        id=uuid7(),
        programme=programme,
        family_name=family_name,
        number_key=key,
        email=email,
        requested_at=context(session).clock.now(),
    )
    session.add(request)
    wake_after_commit(session, ANSWER_REQUESTS)
    return request


async def answer_score_reports(session: AsyncSession) -> int:
    """Mail a link to each new address whose report matches, and to the others what to do.

    Returns how many requests were taken; what was typed is forgotten.
    """
    requests = list(
        await session.scalars(
            select(ScoreReportRequest)
            .where(ScoreReportRequest.answered_at.is_(None))
            .order_by(ScoreReportRequest.id)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        )
    )
    if not requests:
        return 0
    holders = await _holders(session, {(one.programme, one.number_key) for one in requests})
    wanted: list[Wanted] = []
    unmatched: list[ScoreReportRequest] = []
    for one in requests:
        found = await _match(session, one, holders.get((one.programme, one.number_key or ""), ()))
        if found is None:
            unmatched.append(one)
        elif not await too_many(session, one.programme, one.email or ""):
            wanted.append(Wanted(found, one.email or "", "score_report"))
    await _warn(session, wanted)
    await issue_proofs(session, wanted)
    await _tell_unmatched(session, unmatched)
    await session.execute(
        update(ScoreReportRequest)
        .where(one_of(session, ScoreReportRequest.id, [one.id for one in requests]))
        .values(
            answered_at=context(session).clock.now(), family_name=None, number_key=None, email=None
        )
        .execution_options(synchronize_session=False)
    )
    return len(requests)


async def _holders(
    session: AsyncSession, keys: set[tuple[str, str | None]]
) -> Mapping[tuple[str, str], Sequence[Candidate]]:
    columns = (RegistrationNumber.programme, RegistrationNumber.number_key)
    rows = await session.execute(
        select(*columns, Candidate)
        .join(Candidate, Candidate.candidate_id == RegistrationNumber.candidate_id)
        .where(one_of(session, columns, keys))
        .order_by(Candidate.candidate_id)
        .distinct()
    )
    found: dict[tuple[str, str], list[Candidate]] = {}
    for programme, key, candidate in rows:
        if candidate.programme == programme:
            found.setdefault((programme, key), []).append(candidate)
    return found


async def _match(
    session: AsyncSession, request: ScoreReportRequest, holders: Sequence[Candidate]
) -> Candidate | None:
    """Return the one person whose number and last name these are, under their present id."""
    typed = request.family_name or ""
    alike = [one for one in holders if _is_called(one, typed)]
    kin = await kin_of(session, [(one.programme, one.candidate_id) for one in alike])
    persons = {kin.survivor((one.programme, one.candidate_id))[1] for one in alike}
    # Of two vendors' equal numbers with equal names nobody can say which is meant.
    if len(persons) != 1:
        return None
    return (await load(session, persons)).get(persons.pop())


def _is_called(candidate: Candidate, typed: str) -> bool:
    # Vendors put a name of one word into either field.
    name = candidate.family_name.strip() or candidate.given_name
    return same_name(name, typed)


async def _warn(session: AsyncSession, wanted: Sequence[Wanted]) -> None:
    """Tell the owners of accounts in use, once a day: it may be somebody else who has the report.

    They can call the link off before it is followed.
    """
    ids = {one.candidate.candidate_id for one in wanted}
    in_use = set(
        await session.scalars(
            select(Credential.candidate_id).where(one_of(session, Credential.candidate_id, ids))
        )
    )
    since = context(session).clock.now() - _WARN_AGAIN
    warned = set(
        await session.scalars(
            select(AddressProof.candidate_id).where(
                one_of(session, AddressProof.candidate_id, ids),
                AddressProof.purpose == "score_report",
                AddressProof.created_at > since,
            )
        )
    )
    for one in wanted:
        candidate_id = one.candidate.candidate_id
        if candidate_id in in_use and candidate_id not in warned:
            warned.add(candidate_id)
            details = {"email": masked(one.email)}
            await notice(session, one.candidate, "score_report_shown", details=details)


async def _tell_unmatched(session: AsyncSession, requests: Sequence[ScoreReportRequest]) -> None:
    now = context(session).clock.now()
    await outbox.add(
        session,
        *(
            AccountNoticed(
                programme=one.programme,
                notice_id=uuid7(),
                notice="score_report_unmatched",
                contact=Contact(given_name="", family_name="", email=one.email),
                at=now,
            )
            for one in requests
        ),
    )
