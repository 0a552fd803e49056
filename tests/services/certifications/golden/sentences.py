"""What happened to a candidate, one sentence a fact."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    AssignedNumber,
    CourseCompletion,
    CreditEntry,
    ExamFail,
    ExamPass,
    ExamSetAside,
    Fact,
    FeePaid,
    Granted,
    Prolonged,
    Reinstated,
    Revoked,
    Suspended,
    Voided,
)

FORMS = {
    "pass": "pass EXAM on DAY [scheduled DAY] [held|revoked] [unknown] [as ID]",
    "fail": "fail EXAM on DAY [scheduled DAY] [held|revoked] [unknown] [as ID]",
    "credits": (
        "N credits on DAY [category C] [activity A] [item I] [submitted DAY] [expires DAY] "
        "[pending] [as ID]"
    ),
    "course": "course CODE on DAY [submitted DAY] [pending] [as ID]",
    "agreement": "agreement ID VERSION on DAY [as ID]",
    "fee": "fee ID on DAY [as ID]",
    "approval": "approval ID on DAY [as ID]",
    "grant": "grant CODE on DAY [to DAY] [as ID]: reason",
    "extend": "extend CODE on DAY to DAY [as ID]: reason",
    "suspend": "suspend CODE on DAY [as ID]: reason",
    "revoke": "revoke CODE|all on DAY [as ID]: reason",
    "reinstate": "reinstate CODE|all on DAY [as ID]: reason",
    "void": "void ID [as ID]: reason",
    "number": "number SERIES N",
}
REASONED = frozenset(("grant", "extend", "suspend", "revoke", "reinstate", "void"))
_DAYS = frozenset(("on", "to", "scheduled", "submitted", "expires"))
_FLAGS = frozenset(("pending", "unknown", "held", "revoked"))


class Unreadable(ValueError):
    """A sentence that is no fact; the text says what was expected."""


@dataclass(slots=True)
class Sentence:
    """A fact in words: the verb, what it is about, and what is said beside."""

    verb: str
    about: list[str]
    beside: dict[str, str]
    days: dict[str, date]
    reason: str

    @property
    def day(self) -> date:
        return self.days["on"]


def parse(text: str) -> Sentence:
    """Take a sentence apart; raises Unreadable with the form that was expected."""
    # A reason is free text, so that it is cut off before words are looked at.
    said, colon, reason = text.partition(":")
    words = said.split()
    if len(words) > 1 and words[1] in {"credits", "credit"}:
        words = ["credits", words[0], *words[2:]]
    verb = words[0] if words else ""
    form = FORMS.get(verb)
    if form is None:
        raise Unreadable(f"{text!r} is no fact; expected one of: " + "; ".join(FORMS.values()))
    allowed = {*re.findall(r"\b[a-z]+\b", form)} - {verb, "reason"}
    sentence = Sentence(verb, [], {}, {}, reason.strip())
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        if word not in allowed or word == "all":
            if sentence.beside or sentence.days:
                raise Unreadable(f"{word!r} is not understood; expected: {form}")
            sentence.about.append(word)
            continue
        if word in sentence.beside or word in sentence.days:
            raise Unreadable(f"{word!r} is said twice; expected: {form}")
        if word in _FLAGS:
            sentence.beside[word] = word
            continue
        if not rest:
            raise Unreadable(f"{word!r} says nothing; expected: {form}")
        value = rest.pop(0)
        if word in _DAYS:
            sentence.days[word] = _day(value, form)
        else:
            sentence.beside[word] = value
    _complete(sentence, form, colon)
    return sentence


def _complete(sentence: Sentence, form: str, colon: str) -> None:
    verb = sentence.verb
    wanted = 2 if verb in {"agreement", "number"} else 1
    if len(sentence.about) != wanted:
        raise Unreadable(
            f"{' '.join(sentence.about) or 'nothing'!r} after {verb}; expected: {form}"
        )
    if verb not in {"void", "number"} and "on" not in sentence.days:
        raise Unreadable(f"no day; expected: {form}")
    if verb == "extend" and "to" not in sentence.days:
        raise Unreadable(f"no last day; expected: {form}")
    if verb in REASONED and not sentence.reason:
        raise Unreadable(f"no reason; expected: {form}")
    if verb not in REASONED and colon:
        raise Unreadable(f"a reason is not kept with this; expected: {form}")


def _day(written: str, form: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Unreadable(f"{written!r} is no day such as 2024-04-01; expected: {form}") from None


def fact_of(sentence: Sentence, fallback: str) -> Fact:
    """The fact that a sentence tells; `fallback` is its id where it gives itself none."""
    about = sentence.about[0]
    own = sentence.beside.get("as", fallback)
    if sentence.verb == "number":
        return AssignedNumber(about, int(_number(sentence.about[1], "number")))
    if sentence.verb == "void":
        return Voided(own, about, sentence.reason)
    return _staff(sentence, own) if sentence.verb in REASONED else _evidence(sentence, own)


def _evidence(sentence: Sentence, own: str) -> Fact:
    about, day, days = sentence.about[0], sentence.day, sentence.days
    fact: Fact
    match sentence.verb:
        case "pass" | "fail" if "held" in sentence.beside or "revoked" in sentence.beside:
            grade: Literal["pass", "fail"] = "pass" if sentence.verb == "pass" else "fail"
            state: Literal["held", "revoked"] = "held" if "held" in sentence.beside else "revoked"
            fact = ExamSetAside(own, about, day, state, grade)
        case "pass":
            fact = ExamPass(own, about, day, days.get("scheduled"))
        case "fail":
            fact = ExamFail(own, about, day, days.get("scheduled"))
        case "credits":
            fact = _credits(sentence, own)
        case "course":
            fact = CourseCompletion(
                own, about, day, days.get("submitted"), pending="pending" in sentence.beside
            )
        case "agreement":
            fact = AgreementAccepted(own, about, sentence.about[1], day)
        case "fee":
            fact = FeePaid(own, about, day)
        case _:
            fact = Approval(own, about, day)
    return fact


def _credits(sentence: Sentence, own: str) -> CreditEntry:
    beside, days = sentence.beside, sentence.days
    item = beside.get("item", own)
    return CreditEntry(
        own,
        sentence.day,
        _number(sentence.about[0], "credits"),
        title=item if "item" in beside else "Activity",
        item=item,
        category=beside.get("category"),
        activity=beside.get("activity"),
        submitted_on=days.get("submitted"),
        expires_on=days.get("expires"),
        pending="pending" in beside,
    )


def _staff(sentence: Sentence, own: str) -> Fact:
    code, day, reason = sentence.about[0], sentence.day, sentence.reason
    if code == "all" and sentence.verb not in {"revoke", "reinstate"}:
        raise Unreadable(f"all at once is not possible; expected: {FORMS[sentence.verb]}")
    every = None if code == "all" else code
    match sentence.verb:
        case "grant":
            return Granted(own, code, day, sentence.days.get("to"), reason)
        case "extend":
            return Prolonged(own, code, day, sentence.days["to"], reason)
        case "suspend":
            return Suspended(own, code, day, reason)
        case "revoke":
            return Revoked(own, every, day, reason)
        case _:
            return Reinstated(own, every, day, reason)


def _number(written: str, verb: str) -> Decimal:
    if not re.fullmatch(r"\d+(\.\d+)?", written) or (verb == "number" and "." in written):
        raise Unreadable(f"{written!r} is no number; expected: {FORMS[verb]}")
    return Decimal(written)
