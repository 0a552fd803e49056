"""What people are told when something about their account changes: the words of each notice.

identity names a notice and gives details; `{name}` in the words stands for the detail of that
name. A notice that is not in the table is told in general words rather than not at all.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Page = Literal["security", "sessions", "emails", "connected", "my_data", "name", "home", "merge"]


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in words.

    subject, heading, text: what happened; details: those shown in a table, and their labels;
    page: where the person looks into it; button: what the button to there says; alarm: whether
    to say what to do if it was somebody else.
    """

    subject: str
    heading: str
    text: str
    details: Mapping[str, str] | None = None
    page: Page = "security"
    button: str = "Look at your account's security"
    alarm: bool = True


_WHERE = {"device": "Device", "address": "Network address"}
_GENERAL = Words(
    "Something about your account has changed",
    "Your account has changed",
    "A change was made to how you sign in, are reached or are named.",
)
WORDS: Mapping[str, Words] = {
    "password_changed": Words(
        "Your password was changed",
        "Your password was changed",
        "All other sessions were ended: whoever was signed in has to sign in again.",
        _WHERE,
    ),
    "passkey_added": Words(
        "A passkey was added to your account",
        "A passkey was added",
        "You can sign in with it from now on. Your password alone no longer opens your account.",
        {"name": "Passkey", **_WHERE},
    ),
    "passkey_removed": Words(
        "A passkey was removed from your account",
        "A passkey was removed",
        "It no longer opens your account.",
        {"name": "Passkey", **_WHERE},
    ),
    "passkey_copied": Words(
        "A passkey of yours was refused",
        "A passkey of yours was refused",
        "It told of fewer uses than before, as a copy of it would. Nobody was let in. Remove the "
        "passkey and make a new one.",
        {"name": "Passkey", **_WHERE},
    ),
    "code_app_added": Words(
        "A code app was added to your account",
        "A code app was added",
        "From now on you are asked for one of its codes when you sign in with your password.",
        _WHERE,
    ),
    "code_app_removed": Words(
        "The code app was removed from your account",
        "The code app was removed",
        "Its codes no longer open your account.",
        _WHERE,
    ),
    "recovery_codes_made": Words(
        "New recovery codes for your account",
        "You have new recovery codes",
        "The codes of before no longer work.",
        _WHERE,
    ),
    "recovery_code_used": Words(
        "A recovery code was used to sign in",
        "A recovery code was used",
        "Somebody signed in to your account with one of your recovery codes. Codes left: {left}.",
        _WHERE,
    ),
    "second_factor_reset": Words(
        "Your second step was taken away",
        "Your second step was taken away",
        "Support removed your passkeys, your code app and your recovery codes, and ended your "
        "sessions. Your password opens your account until you set up a second step again.",
        {"reason": "Reason"},
    ),
    "staff_roles_changed": Words(
        "What you may do for the programme was changed",
        "What you may do was changed",
        "It takes effect within ten minutes, without signing in again.",
        {"roles": "Your roles now", "by": "Changed by"},
        page="home",
        button="Go to the staff pages",
        alarm=False,
    ),
    "sessions_ended": Words(
        "You were signed out",
        "Your sessions were ended",
        "Whoever was signed in to your account has to sign in again.",
        _WHERE,
        page="sessions",
        button="Look at your sessions",
    ),
}


def words_of(notice: str, details: Mapping[str, str]) -> dict[str, Any]:
    """Return what a letter about a notice says, with its details filled in."""
    words = WORDS.get(notice, _GENERAL)
    known = defaultdict(str, details)
    labels = words.details or {}
    return {
        "subject": words.subject.format_map(known),
        "heading": words.heading.format_map(known),
        "text": words.text.format_map(known),
        "facts": [[label, details[name]] for name, label in labels.items() if details.get(name)],
        "page": words.page,
        "button": words.button,
        "alarm": words.alarm,
    }
