"""Identity's pure rules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.links import LinkState, state_of
from services.identity.domain.logins import candidate_id_of, email_key, first_number, is_email
from services.identity.domain.passwords import common_passwords, objections
from services.identity.domain.throttling import ACCOUNT, ADDRESS, PAIR, Patience

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    ["seven wet boots", "Tr0ub4dor&3", "пароль из слов", "aA1!aA2?aB", "x9 y8 z7", "ÄÖÜß straße"],
)
def test_passwords_that_are_taken(password: str) -> None:
    assert objections(password, shortest=8, context=["CSCO10000000", "", "Jo"]) == []


@pytest.mark.parametrize(
    "password",
    ["12345678", "PASSWORD", "Password!", "qwertyuiop", "aaaaaaaaaa", "abcabcabc", "87654321",
     "poiuytrewq", "iloveyou2", "Certtrack1", "p@ssw0rd"],
)  # fmt: skip
def test_passwords_that_are_guessed_first(password: str) -> None:
    assert objections(password, shortest=8)


def test_the_same_letters_typed_on_different_keyboards() -> None:
    assert objections("\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44", shortest=8)


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(password: str) -> None:
    assert isinstance(objections(password, shortest=8, context=["Jane"]), list)


@given(st.text(max_size=60))
def test_keys_of_addresses_are_stable(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("jane.doe+x@example.com", True),
        ("jane@localhost", True),
        ("jäne@exämple.com", True),
        ("jane", False),
        ("jane@", False),
        ("a@b@c", False),
        ("a b@c.com", False),
        ("a@b.com\r\nBcc: x@y.com", False),
        ("<a@b.com>", False),
        ("a@b.com,c@d.com", False),
        ("x" * 250 + "@b.com", False),
    ],
)
def test_addresses(text: str, is_one: bool) -> None:
    assert is_email(text) is is_one


def test_candidate_ids() -> None:
    assert candidate_id_of("CSCO", first_number(8)) == "CSCO10000000"


@given(st.sampled_from([PAIR, ACCOUNT, ADDRESS]), st.integers(0, 10**9))
def test_delays_grow_and_end(patience: Patience, failures: int) -> None:
    assert timedelta() <= patience.delay(failures) <= patience.longest
    assert patience.delay(failures) <= patience.delay(failures + 1)
    assert patience.longest <= timedelta(minutes=5)


def test_link_states() -> None:
    ends = NOW + timedelta(hours=1)

    def state(**changes: datetime | None) -> LinkState:
        values = {"used_at": None, "void_at": None, "expires_at": ends, "now": NOW} | changes
        return state_of(**values)  # type: ignore[arg-type]  # a table of optional instants

    assert state() is LinkState.OPEN
    assert state(now=ends) is LinkState.EXPIRED
    assert state(void_at=NOW) is LinkState.REPLACED
    assert state(used_at=NOW, now=ends) is LinkState.USED


@pytest.mark.parametrize("password", ["butterfly", "Butterfly2026!", "1q2w3e4r5t", "iloveyou2"])
def test_what_was_found_in_breaches_is_refused(password: str) -> None:
    assert objections(password, shortest=8)


def test_words_that_only_few_put_together_are_taken() -> None:
    assert objections("butterfly over the harbour", shortest=8) == []
    assert len(common_passwords()) > 30_000
