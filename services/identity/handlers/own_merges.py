"""Merges by candidates: whoever proves to own both accounts is one person."""

from services.identity.domain.logins import email_key
from services.identity.errors import MergeNotProven, SignInRefused
from services.identity.handlers.admission import has_second_factor, ids_opened
from services.identity.handlers.attempts import Attempt, account_key, begin_attempt, succeed
from services.identity.handlers.merges import merge
from services.identity.handlers.sessions import Place
from services.identity.handlers.sign_in import candidate_held, check_password
from services.identity.models import Merge
from shared.auth import Principal
from shared.context import ServiceContext
from shared.errors import FieldError

REASON = "The candidate signed in to both accounts."
_NOT_PROVEN = (
    "The candidate ID or address and the password do not belong together. If you have never set a "
    "password there, log out and ask for a link to that address first."
)
_SECOND_STEP = (
    "The other account asks for a second step when it is signed in to. Sign in there and add this "
    "account from there, or write to support."
)


async def merge_own(
    here: ServiceContext, owner: Principal, login: str, password: str, place: Place
) -> Merge:
    """Merge another account into the owner's, who gives its login and password.

    Refuses as signing in does, after the same time whether the login is known or not: raises
    MergeNotProven and SlowDown, and MergeImpossible where the two are one already.
    """
    assert owner.programme is not None  # a candidate's token has one
    attempt = Attempt(account_key("candidate", owner.programme, email_key(login)), place.address)
    async with here.database.transaction() as session:
        await begin_attempt(session, attempt)
    async with here.database.reading() as session:
        found = await candidate_held(session, owner.programme, login)
    try:
        await check_password(here, found, password)
    except SignInRefused as refused:
        raise _not_proven(_NOT_PROVEN) from refused
    assert found is not None  # nobody has a password
    async with here.database.transaction() as session:
        await succeed(session, attempt)
        # A password alone does not open that account, so it does not give it away either.
        for opened in await ids_opened(session, found.account):
            if await has_second_factor(session, "candidate", opened):
                raise _not_proven(_SECOND_STEP)
        return await merge(
            session,
            programme=owner.programme,
            survivor=owner.subject,
            merged_away=found.account.subject,
            by=owner,
            reason=REASON,
            why="candidate",
        )


def _not_proven(message: str) -> MergeNotProven:
    return MergeNotProven(message, errors=[FieldError(field="password", message=message)])
