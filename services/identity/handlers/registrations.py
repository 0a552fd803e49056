"""A vendor's registration makes a person a candidate, or tells a testing id of a known one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key, is_email
from services.identity.errors import RegistrationRefused
from services.identity.handlers.addresses import hold_primary
from services.identity.handlers.candidates import (
    load,
    lock_series,
    publish_state,
    take_candidate_ids,
)
from services.identity.handlers.links import issue_links
from services.identity.handlers.registration_numbers import Numbered, keep_numbers
from services.identity.models import Candidate, TestingIdentity
from shared.context import context
from shared.errors import TransientFault
from shared.events import Contact, ExamRegistered
from shared.merges import Known, persons_of
from shared.my_data.tombstones import erased_among, mark, remembered
from shared.rows import insert_new, one_of, update_rows

# programme, vendor, testing id
TestingKey = tuple[str, str, str]
_CHANGING = (
    "candidate_id",
    "given_name",
    "family_name",
    "email",
    "email_key",
    "locale",
    "version",
)


@dataclass
class _Told:
    """What registrations tell about one person: gaps are filled, nothing is overwritten."""

    given_name: str = ""
    family_name: str = ""
    email: str | None = None
    locale: str = "en"

    def learn(self, contact: Contact | None) -> None:
        """Fill what is not known yet; the first that is told stays."""
        if contact is None:
            return
        if not (self.given_name or self.family_name):
            self.given_name = contact.given_name.strip()
            self.family_name = contact.family_name.strip()
        if not self.email:
            self.email = (contact.email or "").strip() or None
            self.locale = contact.locale


@dataclass
class _Batch:
    """The registrations of one batch, sorted by whom they concern."""

    owners: dict[TestingKey, str]
    told: dict[str, _Told] = field(default_factory=dict)
    links: dict[TestingKey, str] = field(default_factory=dict)
    new: dict[TestingKey, _Told] = field(default_factory=dict)


async def take_up_registrations(session: AsyncSession, events: Sequence[ExamRegistered]) -> None:
    """Make candidates of unknown persons and link new testing ids to known ones, as one set.

    A person is known by the testing id or by the candidate id that the registration names; the
    same e-mail address alone makes nobody the same person, as a mailbox can be shared. The
    registration numbers are kept, since they stand on score reports.
    Raises RegistrationRefused, naming the field, for a registration that fits nobody.
    """
    events = await _of_the_living(session, events)
    for event in events:
        _check(session, event)
    owners = await _owners(session, {_key(one) for one in events if one.testing_id})
    new_keys = {_key(one) for one in events if one.testing_id} - owners.keys()
    if new_keys:
        await lock_series(session, {programme for programme, _, _ in new_keys})
        owners |= await _owners(session, new_keys)
    named = {one.named_candidate_id for one in events if one.named_candidate_id}
    known = await load(session, named | set(owners.values()))
    persons = await persons_of(
        session, {(one.programme, one.candidate_id) for one in known.values()}
    )
    batch = _sort_out(events, owners, known, persons)
    await _update_known(session, batch, known)
    made = await _create_new(session, batch.new)
    await keep_numbers(session, _numbered(events, batch.owners | made))


async def _of_the_living(
    session: AsyncSession, events: Sequence[ExamRegistered]
) -> Sequence[ExamRegistered]:
    """Return the registrations that are not of somebody who has just been erased.

    A testing id is remembered for a day: who books after that has come back, as a new candidate.
    """
    gone = await erased_among(
        session, {one.named_candidate_id for one in events if one.named_candidate_id}
    )
    marks = {
        mark("testing_id", one.programme, one.vendor, one.testing_id)
        for one in events
        if one.testing_id
    }
    known = await remembered(session, marks, context(session).clock.now())
    if not gone and not known:
        return events
    return [
        one
        for one in events
        if one.named_candidate_id not in gone
        and mark("testing_id", one.programme, one.vendor, one.testing_id or "") not in known
    ]


def _key(event: ExamRegistered) -> TestingKey:
    return (event.programme, event.vendor, event.testing_id or "")


def _check(session: AsyncSession, event: ExamRegistered) -> None:
    if event.programme not in context(session).programmes:
        raise RegistrationRefused("programme", f"there is no programme {event.programme!r}")
    if not event.testing_id and not event.named_candidate_id:
        raise RegistrationRefused(
            "testing_id", "a registration needs a testing id or a candidate id to tell whose it is"
        )
    email = event.contact.email if event.contact else None
    if email and email.strip() and not is_email(email.strip()):
        raise RegistrationRefused("contact.email", f"{email!r} is not an e-mail address")


async def _owners(session: AsyncSession, keys: Iterable[TestingKey]) -> dict[TestingKey, str]:
    table = TestingIdentity
    columns = (table.programme, table.vendor, table.testing_id)
    rows = await session.execute(
        select(*columns, table.candidate_id).where(one_of(session, columns, keys))
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _sort_out(
    events: Sequence[ExamRegistered],
    owners: dict[TestingKey, str],
    known: dict[str, Candidate],
    persons: Mapping[Known, Known],
) -> _Batch:
    batch = _Batch(owners=dict(owners))
    # Those that name a candidate first: they say to whom a testing id belongs that others of the
    # same batch use without saying so.
    for event in sorted(events, key=lambda one: one.named_candidate_id is None):
        key = _key(event)
        owner = batch.owners.get(key) if event.testing_id else None
        named = event.named_candidate_id
        if named:
            candidate = known.get(named)
            if candidate is None or candidate.programme != event.programme:
                raise RegistrationRefused(
                    "named_candidate_id", f"there is no candidate {named} in {event.programme}"
                )
            if owner is not None and not _one_person(persons, event.programme, owner, named):
                raise RegistrationRefused(
                    "named_candidate_id",
                    f"testing id {event.testing_id} of {event.vendor} belongs to {owner}, "
                    f"not to {named}",
                )
            if event.testing_id and owner is None:
                batch.owners[key] = batch.links[key] = named
            # What a testing id of one of a person's ids brings stays with that id.
            owner = owner or named
        if owner is None:
            batch.new.setdefault(key, _Told()).learn(event.contact)
        else:
            batch.told.setdefault(owner, _Told()).learn(event.contact)
    return batch


def _one_person(persons: Mapping[Known, Known], programme: str, one: str, other: str) -> bool:
    first, second = (programme, one), (programme, other)
    return persons.get(first, first) == persons.get(second, second)


def _fills_a_gap(candidate: Candidate, told: _Told | None) -> bool:
    if told is None:
        return False
    nameless = not (candidate.given_name or candidate.family_name)
    return bool(
        (candidate.email is None and told.email)
        or (nameless and (told.given_name or told.family_name))
    )


async def _update_known(session: AsyncSession, batch: _Batch, known: dict[str, Candidate]) -> None:
    linked = set(batch.links.values())
    changing = linked | {
        one.candidate_id
        for one in known.values()
        if _fills_a_gap(one, batch.told.get(one.candidate_id))
    }
    if not changing:
        return
    await _link(session, batch.links)
    candidates = await load(session, changing, lock=True)
    changed: list[Candidate] = []
    welcome: list[Candidate] = []
    for candidate in candidates.values():
        told = batch.told.get(candidate.candidate_id) or _Told()
        # Looked at again under the lock: another batch may have filled the gap meanwhile.
        filled = _fills_a_gap(candidate, told)
        if not filled and candidate.candidate_id not in linked:
            continue
        if candidate.email is None and told.email:
            candidate.email, candidate.email_key = told.email, email_key(told.email)
            candidate.locale = told.locale
            welcome.append(candidate)
        if not (candidate.given_name or candidate.family_name):
            candidate.given_name, candidate.family_name = told.given_name, told.family_name
        candidate.version += 1
        changed.append(candidate)
    rows = [{name: getattr(one, name) for name in _CHANGING} for one in changed]
    for one in changed:
        # Written as a set below, not one by one.
        session.expunge(one)
    await update_rows(session, Candidate, rows, key=["candidate_id"])
    await hold_primary(session, welcome)
    await publish_state(session, changed)
    await issue_links(session, welcome, "welcome")


async def _create_new(session: AsyncSession, new: dict[TestingKey, _Told]) -> dict[TestingKey, str]:
    if not new:
        return {}
    now = context(session).clock.now()
    of_programme: dict[str, list[TestingKey]] = {}
    for key in new:
        of_programme.setdefault(key[0], []).append(key)
    rows: list[dict[str, Any]] = []
    links: dict[TestingKey, str] = {}
    for programme, keys in sorted(of_programme.items()):
        ids = await take_candidate_ids(session, programme, len(keys))
        for key, candidate_id in zip(keys, ids, strict=True):
            person = new[key]
            links[key] = candidate_id
            rows.append(
                {
                    "candidate_id": candidate_id,
                    "programme": programme,
                    "given_name": person.given_name,
                    "family_name": person.family_name,
                    "email": person.email,
                    "email_key": email_key(person.email) if person.email else None,
                    "locale": person.locale,
                    "disclosure": context(session).programmes[programme].profile.disclosure_assumed,
                    "version": 1,
                    "registered_at": now,
                }
            )
    await insert_new(session, Candidate, rows)
    await _link(session, links)
    candidates = [Candidate(**row) for row in rows]
    await hold_primary(session, candidates)
    await publish_state(session, candidates)
    await issue_links(session, [one for one in candidates if one.email], "welcome")
    return links


def _numbered(
    events: Sequence[ExamRegistered], owners: dict[TestingKey, str]
) -> Iterator[Numbered]:
    for event in events:
        owner = event.named_candidate_id or owners[_key(event)]
        yield event.programme, event.vendor, event.registration_number, owner


async def _link(session: AsyncSession, links: dict[TestingKey, str]) -> None:
    now = context(session).clock.now()
    rows = [
        {
            "programme": programme,
            "vendor": vendor,
            "testing_id": testing_id,
            "candidate_id": candidate_id,
            "linked_at": now,
        }
        for (programme, vendor, testing_id), candidate_id in links.items()
    ]
    linked = await insert_new(session, TestingIdentity, rows, returning=["testing_id"])
    if len(linked) != len(rows):
        raise TransientFault("a testing id was linked by somebody else at this moment")
