"""Passkeys in forms: the browser's module puts an answer into a field, as JSON."""

import json
from typing import Any

from portal.forms import Form

FIELD = "credential"


def credential_of(form: Form) -> dict[str, Any]:
    """Return what the browser's passkey answered; nothing sensible becomes an empty answer."""
    try:
        credential = json.loads(form.secret(FIELD))
    except ValueError:
        return {}
    return credential if isinstance(credential, dict) else {}
