"""The answer to signing in, whichever way was taken."""

from datetime import timedelta

from fastapi import Response

from services.identity.errors import SecondFactorRequired
from services.identity.handlers.admission import SecondFactorNeeded
from services.identity.handlers.sessions import Granted, access_token
from services.identity.schemas import SessionOut
from shared.context import ServiceContext
from shared.errors import Problem


async def give(
    here: ServiceContext, granted: Granted | SecondFactorNeeded | Problem, response: Response
) -> SessionOut:
    """Return the tokens of a session; raises SecondFactorRequired where a step is missing.

    To be called after the transaction: what was begun, or follows from a refusal that was
    returned, has to be committed before it is raised here.
    """
    if isinstance(granted, Problem):
        raise granted
    if isinstance(granted, SecondFactorNeeded):
        raise SecondFactorRequired(
            "Your account asks for a second step.",
            headers={"Cache-Control": "no-store"},
            challenge=granted.challenge,
            methods=list(granted.ways),
            passkey=granted.passkey,
            expires_at=granted.expires_at,
        )
    lifetime = timedelta(minutes=here.settings.access_minutes)
    token, seconds = await access_token(here, granted.claims(here.settings), lifetime)
    response.headers["Cache-Control"] = "no-store"
    return SessionOut.of(granted, token, seconds)
