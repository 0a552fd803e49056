"""Tokens for machines, and the keys that everybody verifies tokens with."""

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, Form, Header, Request, Response

from services.identity.errors import InvalidClient, UnsupportedGrant
from services.identity.handlers.clients import claims_of_client
from services.identity.handlers.sessions import access_token
from services.identity.schemas import NO_NULL, MachineToken
from services.identity.signing_keys import published_keys, signing_keys_of
from shared.auth import anyone
from shared.requests import address_of
from shared.web import Here, Read

router = APIRouter(tags=["tokens"])


@router.post("/oauth/token", dependencies=[anyone()])
async def give_token(
    request: Request,
    here: Here,
    session: Read,
    response: Response,
    grant_type: Annotated[str, Form(max_length=80)] = "",
    client_id: Annotated[str, Form(max_length=80, pattern=NO_NULL)] = "",
    client_secret: Annotated[str, Form(max_length=200)] = "",
    scope: Annotated[str, Form(max_length=400)] = "",
    authorization: Annotated[str, Header(max_length=1000)] = "",
) -> MachineToken:
    """Give a vendor's machine an access token (RFC 6749, section 4.4).

    Client id and secret come in the form or by HTTP Basic.
    """
    if grant_type != "client_credentials":
        raise UnsupportedGrant(
            "Send the form field grant_type=client_credentials.",
            error="unsupported_grant_type" if grant_type else "invalid_request",
            error_description="grant_type must be client_credentials",
        )
    if authorization:
        client_id, client_secret = _basic(authorization)
    claims, lifetime = await claims_of_client(
        session, client_id, client_secret, scope.split(), address_of(request)
    )
    token, seconds = await access_token(here, claims, lifetime)
    response.headers["Cache-Control"] = "no-store"
    return MachineToken(access_token=token, expires_in=seconds, scope=claims["scope"])


@router.get("/.well-known/jwks.json", dependencies=[anyone()])
async def show_keys(here: Here, session: Read, response: Response) -> dict[str, Any]:
    """Return the public keys of access tokens (RFC 7517), the next one ahead of its time."""
    keys = await published_keys(session)
    if not keys["keys"]:
        # Nobody has asked for a token yet.
        await signing_keys_of(here).current()
        async with here.database.reading() as fresh:
            keys = await published_keys(fresh)
    response.headers["Cache-Control"] = "public, max-age=300"
    return keys


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        decoded = base64.b64decode(encoded, validate=True).decode()
        client_id, colon, secret = decoded.partition(":")
        if not colon or "\0" in decoded:
            raise ValueError(decoded)
    except (ValueError, binascii.Error) as error:
        raise InvalidClient(
            "The Authorization header is not HTTP Basic with client id and secret.",
            headers={"WWW-Authenticate": 'Basic realm="certtrack"'},
            error="invalid_client",
            error_description="not HTTP Basic",
        ) from error
    # Both parts are form-encoded first (RFC 6749, section 2.3.1).
    return unquote_plus(client_id), unquote_plus(secret)
