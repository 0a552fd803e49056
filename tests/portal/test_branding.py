"""A brand may be any colour; text on it and in it stays legible."""

import re

from hypothesis import given
from hypothesis import strategies as st

from portal.branding import Branding, contrast, stylesheet

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#\w+);", block))


@given(accent=COLOURS, ink=COLOURS, accent_ink=COLOURS)
def test_text_is_legible_in_any_brand(accent: str, ink: str, accent_ink: str) -> None:
    css = stylesheet(Branding(accent=accent, ink=ink, accent_ink=accent_ink))
    light, dark = map(_tokens, css.split("@media"))
    for tokens, grounds in ((light, ["#ffffff", "#f3f5f7"]), (dark, ["#17202b", "#0e151c"])):
        for ground in [*grounds, tokens["accent-soft"]]:
            assert contrast(tokens["accent"], ground) >= 4.5
        assert contrast(tokens["on-accent"], tokens["accent"]) >= 4.5
        assert contrast(tokens["on-deep"], tokens["deep"]) >= 4.5
        assert contrast(tokens["on-deep"], tokens["deep-2"]) >= 4.5


def test_what_is_no_colour_becomes_ours() -> None:
    assert Branding(accent="red; } body { display: none").accent == "#1f5fa8"
