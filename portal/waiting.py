"""An account at a provider that waits in a browser until it is known whose it is."""

from dataclasses import dataclass

from portal.visits import Visit

COOKIE = "certtrack_account"
# As long as identity lets it wait.
SECONDS = 24 * 3600


@dataclass(frozen=True)
class WaitingAccount:
    """What the browser carries: the secret, and what pages say of the account."""

    pending: str
    provider: str
    label: str
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    next: str = ""


def waiting_account(visit: Visit) -> WaitingAccount | None:
    """Return the account that waits in the visitor's browser, if one does."""
    carried = visit.stowed(COOKIE)
    if carried is None:
        return None
    known = {name: str(carried.get(name) or "") for name in WaitingAccount.__annotations__}
    return WaitingAccount(**known) if known["pending"] else None


def let_wait(visit: Visit, account: WaitingAccount) -> None:
    """Have the browser carry an account to the pages that end its waiting."""
    visit.stow(COOKIE, vars(account), SECONDS)


def forget_account(visit: Visit) -> None:
    """Let no account wait in this browser any more."""
    visit.drop(COOKIE)
