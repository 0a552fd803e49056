"""Looking at incoming results as the programme's checks say: flag, hold or notify."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.checks import SITTING_COLUMNS, Finding, Sitting, find
from services.exams.domain.life import EPOCH, Word, digest_of, microseconds
from services.exams.handlers.lives import Row, Said, Transition, keep, key_of, relive, words_of
from services.exams.handlers.within import look_up_within
from services.exams.models import Flag, Result
from shared import outbox
from shared.context import context
from shared.events.exams import ResultFlagged
from shared.ids import uuid7
from shared.merges import kin_of
from shared.programmes import Programme, ResultCheck
from shared.programmes.feeds import NEEDS_HISTORY
from shared.rows import insert_new, one_of

CandidateKey = tuple[str, str]


async def look(
    session: AsyncSession, rows: Iterable[Row], alone: Collection[CandidateKey] = ()
) -> list[Transition]:
    """Look at results of known candidates; flag what is found, and hold what is to be held.

    alone: candidates of whom it is known that they are merged with nobody, who need not be asked
    about. Returns the transitions of results that are held now: of those given, and of others that
    a late arrival has put in another light.
    """
    programmes = context(session).programmes
    looked: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        # In what is revoked there is nothing left to be found.
        if row["state"] != "revoked" and programmes[row["programme"]].checks:
            looked[row["programme"]].append(row)
    found: list[Finding] = []
    for programme_id, given in looked.items():
        programme = programmes[programme_id]
        plain = [check for check in programme.checks if check.check not in NEEDS_HISTORY]
        if plain:
            found += find(programme, plain, [_sitting(programme, row) for row in given], ())
        found += await _compare(session, programme, given, alone)
    return await _follow(session, found, [row for given in looked.values() for row in given])


async def _compare(
    session: AsyncSession,
    programme: Programme,
    given: Sequence[Row],
    alone: Collection[CandidateKey],
) -> list[Finding]:
    """What the checks find that look at results beside the others of their candidate."""
    together = [check for check in programme.checks if check.check in NEEDS_HISTORY]
    # Of an exam that no such check is about nothing is read.
    meant: dict[str, list[ResultCheck]] = {}
    candidates = set()
    for row in given:
        code = row["exam_code"]
        if code not in meant:
            exam = programme.exam(code)
            fitting = [one for one in together if exam and one.fits(exam.code, exam.exam_class)]
            meant[code] = fitting
        if any(one.check != "two_centres" or row["centre"] is not None for one in meant[code]):
            candidates.add((row["programme"], row["candidate_id"]))
    found: list[Finding] = []
    concerned = [row for row in given if (row["programme"], row["candidate_id"]) in candidates]
    for history in await _histories(session, concerned, alone):
        # Nothing is too early or too often by itself. A late arrival may be what makes another
        # come too early, so all are looked at.
        if len(history) > 1:
            sittings = [Sitting.of(row) for row in history]
            standing = [sitting for sitting in sittings if not sitting.revoked]
            found += find(programme, together, standing, sittings)
    return found


def _sitting(programme: Programme, row: Row) -> Sitting:
    vendor = programme.vendors.get(row["vendor"])
    stamp = row["content_stamp"]
    timed = stamp > 0 and (vendor is None or vendor.order_by == "time")
    return Sitting.of(row, EPOCH + timedelta(microseconds=stamp) if timed else None)


# Counted, because nobody asks for the rows; a locking query inside is not taken apart.
_HOLD = text(
    "SELECT count(*) FROM (SELECT 1 FROM candidates WHERE (programme, candidate_id) IN "
    "(SELECT CAST(:programme AS text), unnest(CAST(:candidates AS text[]))) "
    "ORDER BY candidate_id FOR NO KEY UPDATE OF candidates) AS held"
)


async def hold_candidates(session: AsyncSession, candidates: Iterable[CandidateKey]) -> None:
    """Let nobody else look at the same candidates until the transaction ends."""
    if session.get_bind().dialect.name != "postgresql":
        return
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for programme, candidate in candidates:
        wanted[programme].add(candidate)
    # In the order of programmes and then of candidates, so that two cannot deadlock.
    for programme, some in sorted(wanted.items()):
        await session.execute(_HOLD, {"programme": programme, "candidates": list(some)})


async def _histories(
    session: AsyncSession, given: Sequence[Row], alone: Collection[CandidateKey]
) -> Iterable[list[Mapping[Any, Any]]]:
    """The results of each candidate of whom some are given, these among them."""
    candidates = {(row["programme"], row["candidate_id"]) for row in given}
    if not candidates:
        return []
    # Whoever has several ids has one history.
    kin = await kin_of(session, candidates.difference(alone))
    everyone = {id_ for one in candidates for id_ in kin.all_of(kin.survivor(one))}
    # Of two results of one candidate that arrive at the same moment, one sees the other.
    await hold_candidates(session, everyone)
    key = ("programme", "candidate_id")
    columns = (*key, *SITTING_COLUMNS)
    others = await look_up_within(
        session,
        Result,
        columns,
        key=key,
        values=everyone,
        # Said, so that the index of linked results serves. As a comparison, because SQLite takes
        # IS NOT NULL for a place to begin from, and reads the results of everybody.
        where="candidate_id <> ''",
        but=[row["id"] for row in given],
    )
    histories: defaultdict[CandidateKey, list[Mapping[Any, Any]]] = defaultdict(list)
    for row in (*given, *(dict(zip(columns, other, strict=True)) for other in others)):
        histories[kin.survivor((row["programme"], row["candidate_id"]))].append(row)
    return histories.values()


async def _follow(
    session: AsyncSession, found: Sequence[Finding], given: Iterable[Row]
) -> list[Transition]:
    """Keep what is new among the findings, tell of it, and hold what is to be held."""
    if not found:
        return []
    rows = {row["id"]: row for row in given}
    others = {one.sitting.id for one in found} - rows.keys()
    if others:
        stored = await session.execute(
            select(Result.__table__).where(one_of(session, Result.id, others))
        )
        rows |= {row["id"]: dict(row) for row in stored.mappings()}
    findings = [(one, rows[one.sitting.id]) for one in found]
    here = context(session)
    now = here.clock.now()
    flags = {
        (row["id"], one.check.check): {
            "id": uuid7(),
            "result_id": row["id"],
            "programme": row["programme"],
            "candidate_id": row["candidate_id"],
            "check_name": one.check.check,
            "action": one.check.action,
            "message": one.message,
            "raised_at": now,
        }
        for one, row in findings
    }
    inserted = await insert_new(
        session,
        Flag,
        [flags[key] for key in sorted(flags)],
        conflict=("result_id", "check_name"),
        returning=("id",),
    )
    new = {row["id"] for row in inserted}
    raised = [
        (one, row, flag)
        for one, row in findings
        if (flag := flags[row["id"], one.check.check])["id"] in new
    ]
    await outbox.add(
        session,
        *(
            ResultFlagged(
                programme=row["programme"],
                candidate_id=row["candidate_id"],
                flag_id=flag["id"],
                result_id=row["id"],
                vendor=row["vendor"],
                registration_number=row["registration_number"],
                exam_code=row["exam_code"],
                check=one.check.check,
                action=one.check.action,
                message=one.message,
                raised_at=now,
                notify=_address(here.programmes[row["programme"]], one.check),
            )
            for one, row, flag in raised
        ),
    )
    return await _hold(session, [(one, row) for one, row, _ in raised], microseconds(now))


def _address(programme: Programme, check: ResultCheck) -> str | None:
    return (check.notify or programme.support_email) if check.action == "notify" else None


async def _hold(
    session: AsyncSession, raised: Iterable[tuple[Finding, Row]], stamp: int
) -> list[Transition]:
    held: dict[Any, Row] = {}
    said = []
    for one, row in raised:
        # What staff have decided about stands.
        if one.check.action != "hold" or row["review"] is not None:
            continue
        data = {"reason": one.message}
        name = f"check:{one.check.check}"
        word = Word("review_hold", stamp, data, digest_of("review_hold", [stamp, name], data))
        said.append(Said(key_of(row), word, name, "check"))
        held[row["id"]] = row
    if not held:
        return []
    await keep(session, "result", said)
    words = await words_of(session, "result", [key_of(row) for row in held.values()])
    return await relive(session, "result", held.values(), words)
