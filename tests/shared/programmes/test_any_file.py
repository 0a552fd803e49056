"""Whatever is written into a file: it loads, or every mistake is told with its line."""

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.programmes import Programme, ProgrammeError
from tests.shared.programmes.mistakes import LIGHTHOUSE

TEXTS = Programme.files(LIGHTHOUSE)
# BaseLoader: everything is text as it was written, so that the field `on` stays `on`.
VALUES = {name: yaml.load(text, Loader=yaml.BaseLoader) for name, text in TEXTS.items()}


class Plain(yaml.SafeDumper):
    """Writes text without quotes, as it stood."""


def as_it_stood(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    tag = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]  # untyped in the stubs
    return dumper.represent_scalar(tag, text)


Plain.add_representer(str, as_it_stood)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a file, however deep."""
    found = [here] if here else []
    if isinstance(value, dict):
        for name, below in value.items():
            found += places(below, (*here, name))
    elif isinstance(value, list):
        for at, below in enumerate(value):
            found += places(below, (*here, at))
    return found


EVERYWHERE = [(name, place) for name, value in VALUES.items() for place in places(value)]
ANYTHING: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        7,
        1.5,
        "",
        "anything",
        "lifetime",
        "3 years",
        "2020-01-01",
        "9999-12-31",
        "same_and_below",
        [],
        {},
        ["anything"],
        {"anything": "goes"},
        {"exam": "LAMP"},
        {"options": []},
        {"options": [{"requires": {"all_of": [{"exam": 1}]}}]},
        [{"exam": "LAMP"}],
        "KEEPER",
        "keeper",
    ]
)


@pytest.mark.parametrize("name", VALUES)
def test_what_is_written_again_is_the_same_programme(name: str) -> None:
    again = yaml.dump(VALUES[name], Dumper=Plain, sort_keys=False)
    assert Programme.of_texts("lighthouse", TEXTS | {name: again}).id == "lighthouse"


@given(where=st.sampled_from(EVERYWHERE), what=ANYTHING, drop=st.booleans())
def test_a_file_loads_or_is_told_what_is_wrong(
    where: tuple[str, tuple[Any, ...]], what: Any, drop: bool
) -> None:
    name, place = where
    changed = copy.deepcopy(VALUES[name])
    holder = changed
    for part in place[:-1]:
        holder = holder[part]
    if drop:
        del holder[place[-1]]
    else:
        holder[place[-1]] = what
    text = yaml.dump(changed, Dumper=Plain, sort_keys=False)

    try:
        programme = Programme.of_texts("lighthouse", TEXTS | {name: text})
    except ProgrammeError as refused:
        lines = text.count("\n") + 1
        for fault in refused.faults:
            told = TEXTS[fault.file.name].count("\n") + 1 if fault.file.name != name else lines
            assert 1 <= fault.line <= told
            assert fault.message
    else:
        for policy in programme.policies:
            for certification in programme.certifications.values():
                certification.requires_under(policy)
                certification.validity_under(policy)
                certification.renewal_under(policy)
                certification.grace_under(policy)
                certification.aligned_under(policy)
