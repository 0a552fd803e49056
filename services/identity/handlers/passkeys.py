"""Passkeys: WebAuthn credentials of candidates and staff (WebAuthn level 2, section 7)."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.identity.domain.relying_party import RelyingParty, relying_party
from services.identity.errors import FactorRefused
from services.identity.handlers.owners import tell_owner
from services.identity.models import Passkey
from shared.context import context
from shared.ids import uuid7
from shared.rows import insert_new

_TIMEOUT_MILLISECONDS = 300_000
_WRONG = "This passkey does not open this account, or its answer was not right. Please try again."
_COPIED = (
    "This passkey was refused: it counts its uses, and told of fewer than it told before, as a "
    "copy would. Sign in another way, remove this passkey and make a new one."
)
_NOT_MADE = "The passkey could not be made. Please try again."
_TRANSPORTS = {one.value for one in AuthenticatorTransport}


async def passkeys_of(session: AsyncSession, kind: str, subject: str) -> list[Passkey]:
    """Return an account's passkeys, the oldest first."""
    found = await session.scalars(
        select(Passkey)
        .where(Passkey.kind == kind, Passkey.subject == subject)
        .order_by(Passkey.created_at, Passkey.id)
    )
    return list(found)


def request_options(
    session: AsyncSession, value: str, passkeys: Sequence[Passkey] = ()
) -> dict[str, Any]:
    """Return what the browser's `navigator.credentials.get` is asked.

    passkeys: those that will do; none: whichever the person has for this site.
    """
    options = generate_authentication_options(
        rp_id=_site(session).id,
        challenge=base64url_to_bytes(value),
        timeout=_TIMEOUT_MILLISECONDS,
        allow_credentials=[_descriptor(one) for one in passkeys],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options_to_json_dict(options))


def creation_options(
    session: AsyncSession,
    value: str,
    passkeys: Sequence[Passkey],
    *,
    site_name: str,
    login: str,
    name: str,
) -> dict[str, Any]:
    """Return what the browser's `navigator.credentials.create` is asked.

    passkeys: those that the account has, so that no device makes a second one; site_name, login,
    name: what the device shows.
    """
    options = generate_registration_options(
        rp_id=_site(session).id,
        rp_name=site_name,
        user_name=login,
        user_display_name=name,
        # The place of the person's handle while the first passkey is made: kept with it.
        user_id=base64url_to_bytes(passkeys[0].user_handle if passkeys else value),
        challenge=base64url_to_bytes(value),
        timeout=_TIMEOUT_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(one) for one in passkeys],
    )
    return dict(options_to_json_dict(options))


async def keep_passkey(
    session: AsyncSession,
    kind: str,
    subject: str,
    *,
    value: str,
    credential: dict[str, Any],
    name: str,
) -> Passkey:
    """Check a new passkey and keep its public half; raises FactorRefused."""
    site = _site(session)
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(value),
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as fault:
        raise FactorRefused(_NOT_MADE) from fault
    others = await passkeys_of(session, kind, subject)
    passkey = Passkey(
        id=uuid7(),
        kind=kind,
        subject=subject,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        user_handle=others[0].user_handle if others else value,
        sign_count=made.sign_count,
        transports=_transports(credential),
        synced=made.credential_backed_up,
        name=name,
        created_at=context(session).clock.now(),
        last_used_at=None,
    )
    columns = {column.name: getattr(passkey, column.name) for column in Passkey.__table__.columns}
    new = await insert_new(
        session, Passkey, [columns], conflict=["credential_id"], returning=["id"]
    )
    if not new:
        # Of another account perhaps: a credential has one owner (section 7.1, step 22).
        raise FactorRefused(_NOT_MADE)
    return passkey


async def check_passkey(
    session: AsyncSession,
    credential: dict[str, Any],
    value: str,
    kind: str,
    subject: str | None = None,
) -> Passkey | FactorRefused:
    """Return the passkey that signed a step's value, or why it is refused.

    subject: whose it has to be; None: whoever it belongs to, among accounts of this kind.
    The refusal is returned, not raised, because what follows from it may have to be committed.
    """
    site = _site(session)
    try:
        answer = parse_authentication_credential_json(credential)
        known = await session.scalar(
            select(Passkey).where(
                Passkey.credential_id == bytes_to_base64url(answer.raw_id), Passkey.kind == kind
            )
        )
        if known is None or (subject is not None and known.subject != subject):
            return FactorRefused(_WRONG)
        handle = answer.response.user_handle
        if handle is not None and not secrets.compare_digest(
            handle, base64url_to_bytes(known.user_handle)
        ):
            return FactorRefused(_WRONG)
        shown = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(value),
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            # Counted below: a copy is another matter than a wrong signature.
            credential_current_sign_count=-1,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return FactorRefused(_WRONG)
    counts = shown.new_sign_count > 0 or known.sign_count > 0
    # One statement, so that of two answers with one count only one is taken.
    counted = await session.scalar(
        update(Passkey)
        .where(
            Passkey.id == known.id,
            *([Passkey.sign_count < shown.new_sign_count] if counts else []),
        )
        .values(sign_count=shown.new_sign_count, last_used_at=context(session).clock.now())
        .returning(Passkey.id)
        .execution_options(synchronize_session=False)
    )
    if counted is None:
        await tell_owner(session, kind, known.subject, "passkey_copied", {"name": known.name})
        return FactorRefused(_COPIED, reason="copied")
    return known


def _site(session: AsyncSession) -> RelyingParty:
    return relying_party(context(session).settings.public_url)


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(passkey.credential_id),
        transports=[AuthenticatorTransport(one) for one in passkey.transports],
    )


def _transports(credential: dict[str, Any]) -> list[str]:
    response = credential.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    return [one for one in told or [] if one in _TRANSPORTS] if isinstance(told, list) else []
