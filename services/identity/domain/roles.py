"""Roles of staff: what somebody may do in one programme."""

from collections.abc import Iterable, Mapping
from typing import Literal

from services.identity.domain.scopes import STAFF_SCOPES

Role = Literal["support", "reviewer", "fulfilment", "programme_manager", "administrator"]

_SEES = frozenset({"candidates:read", "emails:read"})

# Each has what its work needs and nothing else: who reviews names resets no second factors.
ROLES: Mapping[str, frozenset[str]] = {
    "support": _SEES | {"accounts:read", "accounts:write", "cases:read", "cases:write"},
    "reviewer": _SEES
    | {"cases:read", "cases:write", "completions:review", "names:review", "results:write"},
    "fulfilment": _SEES | {"cases:read"},
    "programme_manager": STAFF_SCOPES
    - {"accounts:write", "clients:write", "data:write", "events:manage", "staff:write"},
    "administrator": STAFF_SCOPES,
}
# What makes somebody an administrator: a programme always keeps one who has it.
ADMINISTERS = "staff:write"


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """Return what roles allow together; one that is not known any more allows nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def claims_of(grants: Mapping[str, frozenset[str]]) -> dict[str, object]:
    """Return the claims `programmes`, `scope` and `grants` of scopes by programme.

    `scope` is the union; `grants` names only the programmes in which less than that is allowed,
    because portals carry the token in a cookie, which has 4096 bytes at most (RFC 6265, 6.1).
    """
    union = frozenset().union(*grants.values())
    claims: dict[str, object] = {
        "programmes": sorted(grants),
        "scope": " ".join(sorted(union)),
    }
    less = {name: sorted(scopes) for name, scopes in sorted(grants.items()) if scopes != union}
    return claims | ({"grants": less} if less else {})
