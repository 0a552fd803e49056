"""The portal's only door to data: the gateway's HTTP API."""

import re
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self
from urllib.parse import urlencode

import httpx2

Json = Any
# Its name, its content, its media type.
File = tuple[str, bytes, str]
UPLOAD_PATIENCE_SECONDS = 120.0


_STANDARD = {"type", "title", "status", "detail", "errors", "faults", "request_id"}


# Addresses whose every letter stands for itself.
PLAIN = re.compile(r"[A-Za-z0-9._~/%?=&+:@,-]+")


class Near(Protocol):
    """Reads from a gateway in the same process."""

    async def read(self, target: str, headers: Sequence[tuple[bytes, bytes]]) -> httpx2.Response:
        """Return the whole answer to a GET."""


class GatewayAway(Exception):
    """The gateway, or the service behind it, does not answer."""


@dataclass
class ApiProblem(Exception):
    """The API refused: an application/problem+json answer."""

    status: int
    slug: str = ""
    title: str = ""
    detail: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    retry_after: str | None = None
    # What this type of problem tells besides.
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, response: httpx2.Response) -> Self:
        """Read a problem from an answer, whatever its body turns out to be."""
        try:
            body = response.json()
        except ValueError:
            body = {}
        if not isinstance(body, dict):
            body = {}
        return cls(
            status=response.status_code,
            slug=str(body.get("type", "")).rsplit("/", 1)[-1],
            title=str(body.get("title", "")),
            detail=str(body.get("detail", "")),
            errors=[error for error in body.get("errors") or [] if isinstance(error, dict)],
            faults=[fault for fault in body.get("faults") or [] if isinstance(fault, dict)],
            retry_after=response.headers.get("retry-after"),
            extra={name: value for name, value in body.items() if name not in _STANDARD},
        )


class Gateway:
    """Speaks to the API on behalf of a visitor; holds no visitor's data."""

    def __init__(self, client: httpx2.AsyncClient, *, near: Near | None = None) -> None:
        """Take a client whose base_url is the gateway's address; near: what reads without it."""
        self._client = client
        self._near = near

    async def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        params: Mapping[str, str] | None = None,
        json: Json = None,
        content: bytes | AsyncIterable[bytes] | None = None,
        data: Mapping[str, str] | None = None,
        files: Mapping[str, File] | None = None,
        headers: Mapping[str, str] | None = None,
        stream: bool = False,
        patience: float | None = None,
    ) -> httpx2.Response:
        """Call an operation.

        data and files: the fields of a form, sent as multipart when there are files.
        stream: the answer is read piece by piece, by the caller, who closes it; patience: how
        many seconds to wait for the next piece, where the usual would be too short.
        Raises ApiProblem when the API refuses, GatewayAway when nobody answers.
        """
        sent = dict(headers or {})
        if token:
            sent["authorization"] = f"Bearer {token}"
        if self._near is not None and method == "GET" and not stream and json is content is None:
            target = f"/api/{path}" + (f"?{urlencode(params)}" if params else "")
            # Anything else is put in order by the client.
            if PLAIN.fullmatch(target) and "/." not in target and target.count("?") < 2:
                return _judged(path, await self._near.read(target, _encoded(sent)))
        try:
            request = self._client.build_request(
                method,
                f"/api/{path}",
                params=params,
                json=json,
                content=content,
                data=data,
                files=files,
                headers=sent,
                timeout=patience
                or (UPLOAD_PATIENCE_SECONDS if content or files else self._client.timeout),
            )
            response = await self._client.send(request, stream=stream)
            if stream and response.is_error:
                await response.aread()
        except httpx2.HTTPError as error:
            raise GatewayAway(str(error)) from error
        return _judged(path, response)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return headers as they travel."""
    given = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    return [(b"host", b"certtrack"), (b"accept", b"*/*"), *given]


def _judged(path: str, response: httpx2.Response) -> httpx2.Response:
    """Return an answer; raise GatewayAway or ApiProblem for one that is none."""
    if response.status_code in (502, 503, 504):
        raise GatewayAway(f"{path} answered {response.status_code}")
    if response.is_error:
        raise ApiProblem.read(response)
    return response
