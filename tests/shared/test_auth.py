"""Tokens: who gets in, who does not, and keys that change."""

import time
from typing import Any

import jwt as pyjwt
import pytest
from joserfc.jwk import ECKey

from shared.auth import Keys, Principal, sign
from shared.errors import Forbidden, Unauthorized, Unavailable


def key() -> ECKey:
    return ECKey.generate_key("P-256", auto_kid=True)


def claims(**more: Any) -> dict[str, Any]:
    return {
        "iss": "certtrack",
        "aud": "certtrack",
        "sub": "CSCO10000000",
        "exp": int(time.time()) + 60,
        "kind": "candidate",
        "programme": "cisco",
        **more,
    }


def keys_of(*known: ECKey) -> Keys:
    async def source() -> dict[str, Any]:
        return {"keys": [one.as_dict(private=False) for one in known]}

    return Keys(source)


async def test_a_valid_token_says_who_is_asking() -> None:
    mine = key()
    principal = await keys_of(mine).verify(sign(claims(scope="a b", name="Jane"), mine))
    assert principal == Principal(
        kind="candidate",
        subject="CSCO10000000",
        programme="cisco",
        scopes=frozenset({"a", "b"}),
        name="Jane",
    )
    principal.may_see("cisco")
    with pytest.raises(Forbidden, match="juniper"):
        principal.may_see("juniper")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"exp": int(time.time()) - 60}, id="expired"),
        pytest.param({"iss": "somebody"}, id="foreign issuer"),
        pytest.param({"aud": "elsewhere"}, id="for another product"),
        pytest.param({"kind": "root"}, id="unknown kind"),
        pytest.param({"sub": None}, id="no subject"),
    ],
)
async def test_a_token_that_is_not_for_us_now_is_refused(change: dict[str, Any]) -> None:
    mine = key()
    token = sign({k: v for k, v in {**claims(), **change}.items() if v is not None}, mine)
    with pytest.raises(Unauthorized):
        await keys_of(mine).verify(token)


async def test_a_foreign_signature_an_empty_algorithm_and_rubbish_are_refused() -> None:
    mine = key()
    unsigned = pyjwt.encode(claims(), "", algorithm="none")
    symmetric = pyjwt.encode(claims(), "k" * 32, algorithm="HS256", headers={"kid": mine.kid})
    for token in (sign(claims(), key()), unsigned, symmetric, "a.b.c", "", "x" * 10_000):
        with pytest.raises(Unauthorized):
            await keys_of(mine).verify(token)


async def test_a_new_key_is_fetched_when_a_token_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [key()]

    async def source() -> dict[str, Any]:
        return {"keys": [one.as_dict(private=False) for one in known]}

    keys = Keys(source)
    await keys.verify(sign(claims(), known[0]))
    known.append(key())
    monkeypatch.setattr("shared.auth._REFETCH_SECONDS", 0.0)
    assert (await keys.verify(sign(claims(), known[1]))).subject == "CSCO10000000"


async def test_without_keys_the_answer_is_that_they_are_away() -> None:
    async def source() -> dict[str, Any]:
        raise ConnectionRefusedError("nobody there")

    with pytest.raises(Unavailable):
        await Keys(source).verify(sign(claims(), key()))
