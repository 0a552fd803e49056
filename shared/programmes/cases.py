"""The model of cases.yaml: who hears of support cases, and answers that are needed often."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from shared.programmes.fields import Identifier, Text
from shared.programmes.item import Item

# What an answer may have put in.
FILLED = ("case", "name", "candidate_id", "programme", "support_email")
_BLANK = re.compile(r"\{([^{}]*)\}")


class CannedAnswer(Item):
    """An answer that staff need often and may change before they send it."""

    id: Identifier = Field(description="an identifier: small letters, digits, - and _")
    title: Text = Field(description="what staff choose it by")
    text: Text = Field(
        description="the answer; {case}, {name}, {candidate_id}, {programme} and {support_email} "
        "are filled in"
    )
    kinds: tuple[Literal["name_change", "merge", "missing_result", "other"], ...] = Field(
        default=(), description="the kinds of cases it is for (default: all)"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    def written(self, words: Mapping[str, str]) -> str:
        """The answer with words for its blanks; a blank without a word stays as it is."""
        return _BLANK.sub(lambda blank: words.get(blank[1], blank[0]), self.text).strip()

    def unknown_blanks(self) -> list[str]:
        """The blanks that nothing is filled in for."""
        return [name for name in _BLANK.findall(self.text) if name not in FILLED]


class CasesFile(Item):
    """cases.yaml: how support cases are worked on."""

    notify: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] | None = Field(
        default=None,
        description="an e-mail address: the staff who hear of cases that nobody works on yet; "
        "without it they are only listed",
    )
    answers: tuple[CannedAnswer, ...] = Field(
        default=(), description="answers that staff need often"
    )
    source: str | None = Field(default=None, description="where this was taken from")
