"""What people are told when something about their account changes: the words of each notice.

identity names a notice and gives details; `{name}` in the words stands for the detail of that
name. A notice that is not in the table is told in general words rather than not at all.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Page = Literal[
    "security",
    "sessions",
    "emails",
    "connected",
    "my_data",
    "name",
    "home",
    "merge",
    "first_login",
]


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in words.

    subject, heading, text: what happened; details: those shown in a table, and their labels;
    page: where the person looks into it; button: what the button to there says; alarm: whether
    to say what to do if it was somebody else; why: why the mail was sent, if not for a change.
    """

    subject: str
    heading: str
    text: str
    details: Mapping[str, str] | None = None
    page: Page = "security"
    button: str = "Look at your account's security"
    alarm: bool = True
    why: str = (
        "You receive this because somebody changed something about how you sign in, are reached "
        "or are named. Such messages cannot be switched off."
    )


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
    "address_added": Words(
        "An e-mail address was added to your account",
        "An e-mail address was added",
        "You can sign in with it and have links sent to it. Your mail goes where it went before.",
        {"email": "Added address"},
        page="emails",
        button="Look at your e-mail addresses",
    ),
    "address_removed": Words(
        "An e-mail address was removed from your account",
        "An e-mail address was removed",
        "It no longer opens your account, and links that were mailed to it no longer work.",
        {"email": "Removed address"},
        page="emails",
        button="Look at your e-mail addresses",
    ),
    "primary_address_changed": Words(
        "Your mail goes to another address from now on",
        "Your primary e-mail address was changed",
        "Results, reminders and links go to the new address from now on.",
        {"old_email": "Until now", "email": "From now on"},
        page="emails",
        button="Look at your e-mail addresses",
    ),
    "address_belongs_elsewhere": Words(
        "This address belongs to another account",
        "This address belongs to another account",
        "You confirmed this address for the account {login_id}, but it belongs to the account "
        "{login_ids} already. Nothing was changed. If both accounts are yours, sign in to one of "
        "them and merge them, or wait for us: case {case_number} has been opened for it. If the "
        "other account is somebody else's with whom you share the mailbox, say so in the case.",
        {
            "email": "Address",
            "login_id": "Account it was to be added to",
            "login_ids": "Account that has it",
            "case_number": "Case",
        },
        page="merge",
        button="Merge the accounts",
        alarm=False,
        why="You receive this because a link in a mail to this address was followed.",
    ),
    "shared_mailbox": Words(
        "There are several accounts with this address",
        "There are several accounts with this address",
        "You asked for a link, and each account gets one of its own in a separate mail. If all of "
        "them are yours, sign in to one and merge them: your exams then count together. If they "
        "are different people's who share this mailbox, nothing needs to be done; each signs in "
        "with the candidate ID rather than with the address.",
        {"login_ids": "Candidate IDs", "case_number": "Case about merging them"},
        page="merge",
        button="Merge the accounts",
        alarm=False,
        why="You receive this because this address was entered on the sign-in page.",
    ),
    "merged": Words(
        "Your two accounts are one now",
        "Your two accounts are one now",
        "They were merged. Exams, certifications, transcripts and certificates of both are in one "
        "account from now on. You can go on signing in as you did with either; links and codes "
        "that you have given to others still work. If these accounts are not both yours, answer "
        "this mail: it can be taken back.",
        {
            "survivor": "The account that goes on",
            "merged_away": "Merged into it",
            "undo_until": "Can be taken back until",
        },
        page="home",
        button="Open your account",
        why="You receive this because one of the two accounts has your e-mail address.",
    ),
    "separated": Words(
        "Your accounts are two again",
        "Your accounts are two again",
        "A merge of two accounts was taken back. Each has its own exams, certifications and "
        "transcripts again. Please sign in again.",
        {"survivor": "One account", "merged_away": "The other"},
        page="home",
        button="Sign in",
        why="You receive this because one of the two accounts has your e-mail address.",
    ),
    "score_report_shown": Words(
        "Somebody wants to replace your e-mail address",
        "Somebody has shown a score report of yours",
        "A link was sent to the address below. If it is followed, that address takes the place of "
        "this one, and a new password is set. If it was you, go on there. If it was not, log in "
        "and call it off under E-mail: the link then no longer works.",
        {"email": "New address"},
        page="emails",
        button="Look at your e-mail addresses",
        alarm=False,
    ),
    "score_report_unmatched": Words(
        "We found no account for the score report",
        "We found no account for the score report",
        "Somebody, probably you, entered a last name and a registration number with this address. "
        "They do not belong together: please check both on the score report, where the last name "
        "stands as you gave it to the testing vendor. A new result can take a day to reach us. "
        "If you did not ask for it, you need not do anything.",
        page="first_login",
        button="Try again",
        alarm=False,
        why="You receive this because this address was entered on the sign-in page.",
    ),
    "external_account_connected": Words(
        "An account was connected to yours",
        "You can sign in with {provider} now",
        "Whoever signs in there with this account is signed in to yours from now on.",
        {"provider": "Connected", "account": "Account there"},
        page="connected",
        button="Look at your connected accounts",
    ),
    "external_account_disconnected": Words(
        "An account was disconnected from yours",
        "{provider} no longer signs you in",
        "This account there no longer opens yours. It can be connected again at any time.",
        {"provider": "Disconnected", "account": "Account there", "reason": "Reason"},
        page="connected",
        button="Look at your connected accounts",
    ),
    "name_changed": Words(
        "Your name is written anew",
        "Your name is written anew",
        "Certificates that you download from now on carry it. Older ones say that they were "
        "replaced when somebody verifies them.",
        {"name": "Name"},
        page="name",
        button="Look at your name",
    ),
    "data_export_requested": Words(
        "A copy of your data was asked for",
        "A copy of your data was asked for",
        "It is being put together, and you are told when it can be downloaded. Only you can: it "
        "takes signing in, and a confirmation that it is you.",
        {"by": "Asked for by", "reason": "Reason"},
        page="my_data",
        button="Look at my data",
    ),
    "erasure_scheduled": Words(
        "Your account and your data are going to be erased",
        "Your data is going to be erased",
        "Your account is closed and your data erased on {due}. Until then everything goes on as "
        "before, and you can take it back. What is erased cannot be brought back.",
        {"due": "Erased on", "by": "Asked for by", "reason": "Reason"},
        page="my_data",
        button="Look at my data, or take it back",
    ),
    "erasure_taken_back": Words(
        "Your data is not going to be erased",
        "The erasure was taken back",
        "Your account and your data stay as they are.",
        {"by": "Taken back by", "reason": "Reason"},
        page="my_data",
        button="Look at my data",
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
        "why": words.why,
    }
