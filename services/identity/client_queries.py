"""What identity reads about API clients, for those who administer them."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import ApiClient, ApiClientSecret
from shared.auth import Principal
from shared.rows import one_of

Row = dict[str, Any]


async def clients(
    session: AsyncSession, by: Principal, now: datetime, only: str | None = None
) -> list[Row]:
    """Return the API clients of the caller's programmes by client id; only: one of them.

    Of a client that has further programmes the caller sees that it is there and may not change it.
    """
    statement = select(ApiClient).order_by(ApiClient.client_id)
    if only is not None:
        statement = statement.where(ApiClient.client_id == only)
    # There are a few for each vendor, so that the caller's are found here.
    found = [
        one
        for one in await session.scalars(statement)
        if by.programmes.intersection(one.programmes)
    ]
    secrets: dict[str, list[ApiClientSecret]] = defaultdict(list)
    for secret in await session.scalars(
        select(ApiClientSecret)
        .where(
            one_of(session, ApiClientSecret.client_id, [one.client_id for one in found]),
            or_(ApiClientSecret.expires_at.is_(None), ApiClientSecret.expires_at > now),
        )
        .order_by(ApiClientSecret.id)
    ):
        secrets[secret.client_id].append(secret)
    return [_row(by, one, secrets[one.client_id]) for one in found]


def _row(by: Principal, client: ApiClient, secrets: list[ApiClientSecret]) -> Row:
    return {
        "client_id": client.client_id,
        "name": client.name,
        "vendor": client.vendor,
        "programmes": list(client.programmes),
        "scopes": list(client.scopes),
        "addresses": list(client.addresses),
        "active": client.active,
        "created_at": client.created_at,
        "last_used_at": client.last_used_at,
        "revoked_at": client.revoked_at,
        "yours": by.programmes.issuperset(client.programmes),
        "secrets": [
            {
                "secret_id": one.id,
                "created_at": one.created_at,
                "expires_at": one.expires_at,
                "last_used_at": one.last_used_at,
            }
            for one in secrets
        ],
    }
