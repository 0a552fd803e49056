"""The programmes, as identity tells them: their names, time zones, colours and addresses."""

import re
import time

from pydantic import BaseModel, Field, ValidationError

from portal.branding import Branding
from portal.gateway import ApiProblem, Gateway, GatewayAway

FRESH_SECONDS = 30.0
PROGRAMME_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Course(BaseModel):
    """A course that candidates hand completions in of."""

    code: str
    name: str


class Agreement(BaseModel):
    """What candidates of a programme accept."""

    id: str
    name: str


class Provider(BaseModel):
    """Somebody whose accounts log candidates in."""

    id: str
    name: str


class SignIn(BaseModel):
    """How candidates get in beside login ID and password."""

    providers: list[Provider] = Field(default_factory=list)
    self_registration: bool = False


class Programme(BaseModel):
    """An awarding organisation, as far as its pages need to know it."""

    id: str
    name: str
    candidate_prefix: str = ""
    timezone: str = "UTC"
    support_email: str | None = None
    branding: Branding = Field(default_factory=Branding)
    texts: dict[str, str] = Field(default_factory=dict)
    courses: list[Course] = Field(default_factory=list)
    agreements: list[Agreement] = Field(default_factory=list)
    asks: bool = False
    has_help: bool = False
    sign_in: SignIn = Field(default_factory=SignIn)

    @property
    def wordmark(self) -> str:
        """What stands at the top of every page."""
        return self.branding.logo_text or self.name


class Programmes:
    """Keeps the list for half a minute, and longer while nobody can give a newer one."""

    def __init__(self, gateway: Gateway) -> None:
        """Take the gateway that identity is behind."""
        self._gateway = gateway
        self._known: dict[str, Programme] = {}
        self._until = 0.0

    async def all(self) -> list[Programme]:
        """Return the programmes in identity's order."""
        if time.monotonic() >= self._until:
            try:
                answer = (await self._gateway.call("GET", "identity/programmes")).json()
            except (GatewayAway, ApiProblem):
                if not self._known:
                    raise
                return list(self._known.values())
            self._known = {programme.id: programme for programme in _read(answer)}
            self._until = time.monotonic() + FRESH_SECONDS
        return list(self._known.values())

    async def find(self, programme: str) -> Programme | None:
        """Return a programme, None when there is none of this name."""
        if not PROGRAMME_ID.fullmatch(programme):
            return None
        await self.all()
        return self._known.get(programme)

    def remembered(self, programme: str) -> Programme | None:
        """Return a programme without asking anybody: for pages about failures."""
        return self._known.get(programme)


def _read(answer: object) -> list[Programme]:
    listed = answer.get("items", []) if isinstance(answer, dict) else answer
    if not isinstance(listed, list):
        raise GatewayAway("identity's list of programmes cannot be read")
    try:
        return [Programme.model_validate(entry) for entry in listed]
    except ValidationError as error:
        raise GatewayAway("identity's list of programmes cannot be read") from error
