"""Mistakes about providers whose accounts candidates sign in with."""

from pathlib import Path

import pytest

from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake

FILE = "sign_in.yaml"


def mistake(old: str, new: str, at: str, expected: str) -> Mistake:
    return Mistake(FILE, old, new, at, expected)


MISTAKES = {
    "a provider used twice": mistake(
        "id: guild\n",
        "id: harbour\n",
        "id: harbour\n    name: Guild",
        "providers[1].id: provider 'harbour' is already used on line {line of id: harbour}; "
        "expected a new one",
    ),
    "an issuer used twice": mistake(
        "https://guild.example.com/cards",
        "https://pass.harbour.example.com # again",
        "# again",
        "providers[1].issuer: issuer 'https://pass.harbour.example.com' is already used on line "
        "{line of https://pass.harbour}; expected a new one",
    ),
    "an issuer without https": mistake(
        "https://guild",
        "http://guild",
        "http://guild",
        "providers[1].issuer: expected the provider's issuer: an https address without ? and #, "
        "not 'http://guild.example.com/cards'",
    ),
    "no openid": mistake(
        "scopes: [openid, email]",
        "scopes: [email]",
        "- id: harbour",
        "providers[0]: expected openid among the scopes, without which nobody is named",
    ),
    "a policy that is none": mistake(
        "links_per_candidate: many",
        "links_per_candidate: some",
        "links_per_candidate: some",
        "providers[0].links_per_candidate: expected 'one' or 'many', not 'some'",
    ),
    "a secret, which has no place here": mistake(
        "links_per_candidate: many",
        "client_secret: xyz",
        "client_secret: xyz",
        "providers[0].client_secret: is not known here; expected one of id, name, issuer",
    ),
    "self-registration in words": mistake(
        "self_registration: true",
        "self_registration: sometimes",
        "self_registration: sometimes",
        "self_registration: expected true or false, not 'sometimes'",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistake(case: str, tmp_path: Path) -> None:
    MISTAKES[case].check(LIGHTHOUSE, tmp_path)
