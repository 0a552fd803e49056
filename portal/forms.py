"""Forms: every one carries a token that only the page we gave this browser can hold."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator

from starlette.datastructures import FormData, UploadFile

FORM_COOKIE = "certtrack_form"
FIELD = "form_token"


class FormTokens:
    """Double-submit tokens: the form's is the HMAC of the browser's cookie and its session."""

    def __init__(self, key: bytes) -> None:
        """Take 32 bytes of key."""
        self._key = key

    @staticmethod
    def new_nonce() -> str:
        """Return a value for a new browser's form cookie."""
        return secrets.token_urlsafe(24)

    def token(self, nonce: str, sid: str) -> str:
        """Return the token for a form in a page given to this browser and session."""
        mac = hmac.digest(self._key, f"{nonce}|{sid}".encode(), "sha256")
        return urlsafe_b64encode(mac).decode().rstrip("=")

    def fits(self, token: str | None, nonce: str | None, sid: str) -> bool:
        """Whether a form came from a page that we gave to this browser and session."""
        if not token or not nonce:
            return False
        return hmac.compare_digest(token.encode(), self.token(nonce, sid).encode())


class Form:
    """What a visitor filled in."""

    def __init__(self, data: FormData) -> None:
        """Take the parsed body."""
        self._data = data

    def text(self, name: str) -> str:
        """Return a field, trimmed, its lines ending as they are counted; a missing one is empty."""
        value = self._data.get(name)
        # Browsers count a line's end as one character and send two.
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def secret(self, name: str) -> str:
        """Return a field exactly as typed: blanks belong to a password."""
        value = self._data.get(name)
        return value if isinstance(value, str) else ""

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self._data

    def several(self, name: str) -> list[str]:
        """Return all values of a field."""
        return [value for value in self._data.getlist(name) if isinstance(value, str)]

    def file(self, name: str) -> UploadFile | None:
        """Return an uploaded file, None when none was chosen."""
        value = self._data.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def files(self, name: str) -> list[UploadFile]:
        """Return all files that were chosen in one field."""
        given = self._data.getlist(name)
        return [value for value in given if isinstance(value, UploadFile) and value.filename]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield every text field."""
        for name, value in self._data.multi_items():
            if isinstance(value, str):
                yield name, value
