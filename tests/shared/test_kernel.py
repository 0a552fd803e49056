"""The small parts of the kernel: dates, codes, gathering, cursors."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import FixedClock, months_on, today, years_on
from shared.database import Database
from shared.errors import StartRefused, Unprocessable
from shared.gather import Gather
from shared.ids import ALPHABET, is_public_code, public_code, uuid7
from shared.pages import decode_cursor, encode_cursor, page
from shared.settings import DEMONSTRATION_KEY, Settings, refuse_demonstration_keys


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2021, 4, 1), 3, date(2024, 4, 1)),
        (date(2007, 2, 21), 3, date(2010, 2, 21)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_years_on_is_the_same_calendar_day(day: date, years: int, expected: date) -> None:
    assert years_on(day, years) == expected


def test_months_on_ends_at_the_months_last_day() -> None:
    assert months_on(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_on(date(2026, 11, 30), 1) == date(2026, 12, 30)
    assert months_on(date(2026, 1, 15), -1) == date(2025, 12, 15)


def test_a_day_belongs_to_the_programmes_time_zone() -> None:
    clock = FixedClock(datetime(2026, 11, 22, 3, tzinfo=UTC))
    assert today(clock, "America/Los_Angeles") == date(2026, 11, 21)
    assert today(clock, "Asia/Tokyo") == date(2026, 11, 22)
    clock.advance(timedelta(hours=12))
    assert today(clock, "Asia/Tokyo") == date(2026, 11, 23)


@given(st.integers(min_value=4, max_value=20), st.data())
def test_a_code_shows_every_single_wrong_character(length: int, data: st.DataObject) -> None:
    code = public_code(length)
    assert is_public_code(code, length)
    place = data.draw(st.integers(0, length - 1))
    wrong = data.draw(st.sampled_from(ALPHABET.replace(code[place], "")))
    assert not is_public_code(code[:place] + wrong + code[place + 1 :], length)
    assert not is_public_code(code.lower() + "0", length)


def test_uuid7_is_ordered_by_time_and_marked_as_version_7() -> None:
    ids = []
    for _ in range(3):
        ids.append(uuid7())
        asyncio.run(asyncio.sleep(0.002))
    assert ids == sorted(ids)
    assert all(one.version == 7 and one.variant == "specified in RFC 4122" for one in ids)


async def test_concurrent_items_share_one_run_and_a_bad_one_fails_alone() -> None:
    groups: list[list[int]] = []

    async def run(items: Sequence[int]) -> list[int]:
        groups.append(list(items))
        await asyncio.sleep(0.01)
        if 13 in items:
            raise ValueError("unlucky")
        return [item * 2 for item in items]

    gather = Gather(run, most=10)
    tasks = [asyncio.create_task(gather.submit(number)) for number in (1, 2, 3)]
    assert await asyncio.gather(*tasks) == [2, 4, 6]
    assert groups[0] == [1, 2, 3]
    outcomes: Sequence[Any] = await asyncio.gather(
        *(gather.submit(number) for number in (11, 12, 13, 14)), return_exceptions=True
    )
    assert [outcomes[0], outcomes[1], outcomes[3]] == [22, 24, 28]
    assert isinstance(outcomes[2], ValueError)


async def test_gather_never_runs_more_than_it_may() -> None:
    sizes: list[int] = []

    async def run(items: Sequence[int]) -> Sequence[int]:
        sizes.append(len(items))
        return items

    gather = Gather(run, most=4)
    assert list(await asyncio.gather(*(gather.submit(number) for number in range(10)))) == list(
        range(10)
    )
    assert max(sizes) == 4


def test_a_cursor_goes_round_and_a_foreign_one_is_refused() -> None:
    assert decode_cursor(encode_cursor(["2026-11-22", "x"])) == ["2026-11-22", "x"]
    assert decode_cursor(None) is None
    for foreign in ("%%%", "bm90IGpzb24", "eyJhIjoxfQ"):
        with pytest.raises(Unprocessable) as refused:
            decode_cursor(foreign)
        assert refused.value.errors[0].field == "cursor"


def test_a_page_knows_whether_there_is_another() -> None:
    assert page([1, 2, 3], 2, lambda item: [item]) == {"items": [1, 2], "next": encode_cursor([2])}
    assert page([1, 2], 2, lambda item: [item]) == {"items": [1, 2], "next": None}


@pytest.mark.parametrize("secret", [None, "", DEMONSTRATION_KEY, SecretStr(DEMONSTRATION_KEY)])
def test_production_refuses_demonstration_keys(secret: SecretStr | str | None) -> None:
    production = Settings(environment="production")
    with pytest.raises(StartRefused, match="CERTTRACK_SESSION_KEY"):
        refuse_demonstration_keys(production, session_key=secret)
    refuse_demonstration_keys(production, session_key=SecretStr("one of our own"))
    refuse_demonstration_keys(Settings(environment="demonstration"), session_key=secret)


async def test_closing_waits_for_sessions_that_a_cancelled_reader_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'kernel.db'}")
    reads, may_end = asyncio.Event(), asyncio.Event()
    ended: list[AsyncSession] = []

    async def end_late(session: AsyncSession) -> None:
        await may_end.wait()
        ended.append(session)

    async def read() -> None:
        async with database.reading():
            reads.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(AsyncSession, "close", end_late)
    reader = asyncio.create_task(read())
    await reads.wait()
    reader.cancel()
    await asyncio.sleep(0.01)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0.01)
    assert not closing.done()
    may_end.set()
    await closing
    assert len(ended) == 1
