"""Mistakes about questions, attributes, help and the logo."""

import shutil
from pathlib import Path

import pytest

from shared.programmes import Programme, ProgrammeError
from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake


def profile(old: str, new: str, at: str, expected: str) -> Mistake:
    return Mistake("profile.yaml", old, new, at, expected)


def article(old: str, new: str, at: str, expected: str) -> Mistake:
    return Mistake("help.yaml", old, new, at, expected)


MISTAKES = {
    "a question used twice": profile(
        "id: motto\n",
        "id: night\n",
        "id: night\n    name: Motto",
        "questions[3].id: question 'night' is already used on line {line of id: night}; "
        "expected a new one",
    ),
    "a consent asked twice": profile(
        "type: yes_no\n    required",
        "type: yes_no\n    consent: disclosure\n    required",
        "consent: disclosure\n    assumed",
        "questions[1].consent: the question of the consent 'disclosure' is already used on line "
        "{line of consent: disclosure}",
    ),
    "a consent to something unknown": profile(
        "consent: disclosure",
        "consent: everything",
        "consent: everything",
        "questions[1].consent: expected 'disclosure' or 'messages', not 'everything'",
    ),
    "a consent that is no yes or no": profile(
        "type: yes_no\n    consent: disclosure",
        "type: text\n    consent: disclosure",
        "id: shown",
        "questions[1]: expected type yes_no, because a consent is given or not",
    ),
    "an assumption without a consent": profile(
        "    consent: disclosure\n",
        "",
        "id: shown",
        "questions[1]: expected a consent beside assumed",
    ),
    "a choice of nothing": profile(
        "type: choice",
        "type: text",
        "id: lamp",
        "questions[2]: expected choices in a question of the type choice, and in no other",
    ),
    "a choice twice": profile(
        "{id: electric,",
        "{id: oil,",
        "{id: oil, name: Electric}",
        "questions[2].choices[1].id: choice 'oil' is already used on line {line of {id: oil}",
    ),
    "a wording that begins before the one before": profile(
        "effective_from: 2024-01-01",
        "effective_from: 2019-01-01",
        "effective_from: 2019-01-01",
        "questions[0].versions[1].effective_from: expected a day after 2020-01-01",
    ),
    "a wording named twice": profile(
        "version: V2",
        "version: V1",
        "version: V1, effective_from: 2024",
        "questions[0].versions[1].version: the version of a question 'V1' is already used",
    ),
    "a type that is none": profile(
        "type: text",
        "type: number",
        "type: number",
        "questions[3].type: expected 'yes_no', 'choice' or 'text', not 'number'",
    ),
    "a number series that is none": profile(
        "number_series: master-number",
        "number_series: mate-number",
        "number_series: mate-number",
        "attributes[0].number_series: unknown number series 'mate-number'; expected one of the "
        "number_series of programme.yaml: master-number",
    ),
    "a number that candidates write": profile(
        "    identifies: true\n",
        "    editable: true\n",
        "id: master",
        "attributes[0]: expected editable or number_series, not both",
    ),
    "a period of confirmation that is none": profile(
        "reconfirm: 18 months",
        "reconfirm: often",
        "reconfirm: often",
        "reconfirm: expected a period",
    ),
    "a topic that is none": article(
        "    topic: lamps\n    title: How",
        "    topic: wicks\n    title: How",
        "topic: wicks",
        "articles[1].topic: unknown topic 'wicks'; expected one of lamps",
    ),
    "a topic without articles": article(
        "topics:\n",
        "topics:\n  - {id: fog, name: Fog, about: What is heard.}\n",
        "{id: fog",
        "topics[0]: topic 'fog' has no article",
    ),
    "an article used twice": article(
        "id: wick\n",
        "id: oil\n",
        "id: oil\n    topic: lamps\n    title: How",
        "articles[1].id: article 'oil' is already used on line {line of id: oil}",
    ),
    "a link to an article that is none": article(
        "help:wick",
        "help:candle",
        "body: |-",
        "articles[0].body: a link leads to 'help:candle'; expected help:<article>, a page such as",
    ),
    "a link that runs a script": article(
        "https://harbour.example.com/oil",
        "javascript:alert(1)",
        "body: |-",
        "articles[0].body: a link leads to 'javascript:alert(1'",
    ),
    "a link without https": article(
        "https://harbour",
        "http://harbour",
        "body: |-",
        "articles[0].body: a link leads to 'http://harbour.example.com/oil'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told(mistake: Mistake, tmp_path: Path) -> None:
    mistake.check(LIGHTHOUSE, tmp_path)


PICTURES = {
    "no file": (None, "logo.svg", "'logo.svg' cannot be read: No such file or directory"),
    "another folder": (
        b"",
        "../logo.svg",
        "expected the name of an SVG or PNG file in this folder",
    ),
    "another kind": (b"GIF89a", "logo.gif", "expected the name of an SVG or PNG file"),
    "no PNG": (b"GIF89a", "logo.png", "'logo.png' is no PNG picture"),
    "no SVG": (b"<svg><path></svg>", "logo.svg", "'logo.svg' is no SVG picture: mismatched tag"),
    "a page": (b"<html/>", "logo.svg", "'logo.svg' begins with <html>; expected <svg>"),
    "a script": (b"<svg><script/></svg>", "logo.svg", "'logo.svg' holds <script>"),
    "a script on loading": (b"<svg onload='x'/>", "logo.svg", "'logo.svg' has onload"),
    "another picture in it": (
        b"<svg><image href='https://example.com/a.png'/></svg>",
        "logo.svg",
        "'logo.svg' asks for 'https://example.com/a.png'; a logo is whole by itself",
    ),
    "a document type": (
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        "logo.svg",
        "'logo.svg' has a document type; expected none",
    ),
    "too much": (b"<svg/>" + b" " * 200_000, "logo.svg", "'logo.svg' has 200,006 bytes"),
}


@pytest.mark.parametrize(("content", "name", "expected"), PICTURES.values(), ids=PICTURES.keys())
def test_a_logo_that_is_none_is_told(
    tmp_path: Path, content: bytes | None, name: str, expected: str
) -> None:
    copy = tmp_path / "lighthouse"
    shutil.copytree(LIGHTHOUSE, copy)
    head = (copy / "programme.yaml").read_text("utf-8")
    (copy / "programme.yaml").write_text(head.replace("logo: logo.svg", f"logo: {name}"), "utf-8")
    (copy / "logo.svg").unlink()
    if content is not None:
        (copy / name).write_bytes(content)

    with pytest.raises(ProgrammeError) as refused:
        Programme.load(copy)

    assert f"programme.yaml:9: branding.logo: {expected}" in str(refused.value)


def test_a_logo_is_read_with_its_type() -> None:
    logo = Programme.load(LIGHTHOUSE).logo
    assert logo is not None
    assert logo.media_type == "image/svg+xml"
    assert logo.content == (LIGHTHOUSE / "logo.svg").read_bytes()


def test_words_for_people_are_no_other_rules() -> None:
    texts = Programme.files(LIGHTHOUSE)
    before = Programme.of_texts("lighthouse", texts).fingerprint
    texts["help.yaml"] = ""
    texts["profile.yaml"] = ""
    assert Programme.of_texts("lighthouse", texts).fingerprint == before
    texts["kits.yaml"] += "\n"
    assert Programme.of_texts("lighthouse", texts).fingerprint != before


def test_without_a_question_disclosure_is_assumed() -> None:
    texts = Programme.files(LIGHTHOUSE)
    assert Programme.of_texts("lighthouse", texts).profile.disclosure_assumed
    texts["profile.yaml"] = texts["profile.yaml"].replace("    assumed: true\n", "")
    assert not Programme.of_texts("lighthouse", texts).profile.disclosure_assumed
    del texts["profile.yaml"]
    assert Programme.of_texts("lighthouse", texts).profile.disclosure_assumed
