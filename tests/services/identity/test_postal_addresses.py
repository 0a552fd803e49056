"""Postal addresses: real ones are taken, whatever they look like; odd ones are asked about once."""

from typing import Any

import pytest

from tests.services.identity.conftest import Identity
from tests.services.identity.test_settings import Ann, arrive, wrongs

Json = Any
PATH = "/me/postal-address"


def address(country: str, **fields: str) -> Json:
    roman = {"given_name": "Ann", "family_name": "Ng", "line1": "1 Quay", **fields}
    return {"country": country, "roman": roman}


TOKYO = address(
    "JP",
    line1="2-7-2 Marunouchi",
    line2="JP Tower 14F",
    city="Chiyoda-ku",
    region="Tokyo",
    postal_code="100-0005",
) | {
    "phone": "+81 3 1234 5678",
    "local": {
        "given_name": "杏",
        "family_name": "黄",
        "line1": "丸の内2-7-2",
        "line2": "JPタワー14階",
        "city": "千代田区",
        "region": "東京都",
        "postal_code": "〒100-0005",
    },
}
REAL = {
    "a street in the United States": address(
        "US", line1="170 West Tasman Dr", city="San Jose", region="CA", postal_code="95134-1706"
    ),
    "Hong Kong, which has no codes": address("HK", line1="88 Queensway", region="Hong Kong Island"),
    "a box in Dubai": address("AE", line1="PO Box 500001", region="Dubai"),
    "Singapore, which has no cities": address("SG", line1="1 Raffles Place", postal_code="048616"),
    "an eircode in small letters": address(
        "IE", line1="1 Main St", city="Cork", postal_code="t12 x8n7"
    ),
    "a village in Germany": address(
        "DE",
        family_name="Müller-Lüdenscheidt",
        line1="Dorfstraße 1½",
        city="Groß Schönebeck",
        postal_code="16244",
    ),
    "Vietnamese, with every mark": address(
        "VN", line1="12 Ngõ Huế", city="Hà Nội", region="Hà Nội"
    ),
    "one name only": address(
        "IS", given_name="", family_name="Björk", city="Reykjavík", postal_code="101"
    ),
    "an ordinal in Spain": address(
        "ES", line1="C/ Mayor, 3, 2º 1ª", city="Madrid", region="Madrid", postal_code="28013"
    ),
    "an English village without a county": address(
        "GB", line1="Rose Cottage", city="Nether Wallop", postal_code="so20 8ex"
    ),
    "Kosovo, whose code is for its users": address(
        "XK", line1="Rr. Agim Ramadani", city="Prishtinë"
    ),
}


@pytest.fixture
async def ann(identity: Identity) -> Ann:
    return await arrive(identity)


async def test_an_address_in_two_scripts_is_kept_changed_and_forgotten(ann: Ann) -> None:
    assert await ann.get(PATH) is None
    kept = await ann.put(PATH, TOKYO)
    assert kept.status_code == 200, kept.text
    body = kept.json()
    assert body["country"] == "JP"
    assert body["roman"]["city"] == "Chiyoda-ku"
    assert body["local"]["line2"] == "JPタワー14階"
    assert body == await ann.get(PATH)

    moved = {**TOKYO, "local": None}
    assert (await ann.put(PATH, moved)).json()["local"] is None
    answer = await ann.identity.http.delete(PATH, headers=ann.headers)
    assert answer.status_code == 204
    assert await ann.get(PATH) is None
    assert await ann.identity.scalar("SELECT count(*) FROM postal_addresses") == 0


async def test_it_leaves_identity_in_no_event(ann: Ann) -> None:
    await ann.identity.settle()
    before = len(ann.identity.heard)
    await ann.put(PATH, TOKYO)
    await ann.identity.settle()
    assert len(ann.identity.heard) == before


@pytest.mark.parametrize("real", REAL.values(), ids=REAL.keys())
async def test_real_addresses_are_taken(ann: Ann, real: Json) -> None:
    answer = await ann.put(PATH, real)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("odd", "fields"),
    [
        (address("US", city="San Jose"), {"roman.postal_code", "roman.region"}),
        (
            address("US", city="San Jose", region="CA", postal_code="SW1A 1AA"),
            {"roman.postal_code"},
        ),
        (address("JP", region="Tokyo"), {"roman.postal_code"}),
    ],
)
async def test_what_is_odd_is_asked_about_and_taken_when_it_is_right(
    ann: Ann, odd: Json, fields: set[str]
) -> None:
    answer = await ann.put(PATH, odd)
    assert set(wrongs(answer)) == fields
    assert answer.json()["type"].endswith("/address-doubtful")
    assert (await ann.put(PATH, {**odd, "as_written": True})).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field", "piece"),
    [
        (address("ZZ"), "country", "ISO 3166-1"),
        (address("us"), "country", "ISO 3166-1"),
        (address(""), "country", "ISO 3166-1"),
        (address("HK", line1=" "), "roman.line1", "street"),
        (address("HK", given_name="", family_name=""), "roman.family_name", "name"),
        (address("HK", line1="中環皇后大道"), "roman.line1", "“中” is not of the Roman alphabet"),
        (address("HK", city="\u0416\u0443\u043a"), "roman.city", "“\u0416” is not"),
        (address("HK", line1="x" * 101), "roman.line1", "at most 100 characters"),
        (address("HK", line1="1 Quay\u202e"), "roman.line1", "cannot be printed"),
        (address("HK") | {"phone": "call me"}, "phone", "telephone"),
        (address("HK") | {"phone": "12"}, "phone", "telephone"),
        (address("HK") | {"local": {"city": "香港"}}, "local.line1", "street"),
    ],
)
async def test_what_no_address_has_is_refused_by_field(
    ann: Ann, wrong: Json, field: str, piece: str
) -> None:
    answer = await ann.put(PATH, {**wrong, "as_written": True})
    assert piece in wrongs(answer)[field]
    assert await ann.identity.scalar("SELECT count(*) FROM postal_addresses") == 0


async def test_joiners_of_persian_are_letters(ann: Ann) -> None:
    local = {"family_name": "\u0622\u0646\u06af", "line1": "\u0645\u06cc\u200c\u062f\u0627\u0646"}
    body = address("IR", city="Tehran") | {"local": local, "as_written": True}
    assert (await ann.put(PATH, body)).status_code == 200


async def test_an_empty_local_address_is_none(ann: Ann) -> None:
    body = {**TOKYO, "local": {"given_name": " ", "line1": ""}}
    assert (await ann.put(PATH, body)).json()["local"] is None


async def test_the_countries_are_told_to_everybody(identity: Identity) -> None:
    answer = await identity.http.get("/countries")
    by_code = {one["code"]: one for one in answer.json()}
    assert len(by_code) >= 249
    assert by_code["US"]["region_word"] == "state"
    assert by_code["JP"]["needed"] == ["line1", "postal_code", "region"]
    assert "ZZ" not in by_code
