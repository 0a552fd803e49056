"""Finding a request's route: by the words of its path, not by trying one pattern after the other.

The framework tries the routes in turn, and those of included routers once on each level of
inclusion: with a hundred routes that costs more than most answers do.
"""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette._utils import get_route_path
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

# How many slashes a path has and its first two words, None where a route takes any word.
_Key = tuple[int, str | None, str | None]


class Signposts:
    """Shows a request only those routes that its path may mean, in their order.

    What fits none of them goes to the router as it is, which answers 404 or redirects.
    Routers are included as they are: with a prefix or dependencies of their own, not the
    inclusion's.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._whole = router.middleware_stack
        self._routes = -1
        self._by_key: dict[_Key, list[tuple[int, BaseRoute]]] = {}
        self._anywhere: list[tuple[int, BaseRoute]] = []
        self._parts: dict[tuple[_Key, ...], APIRouter] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the routes that it may be for."""
        if scope["type"] != "http":
            await self._whole(scope, receive, send)
            return
        if len(self._router.routes) != self._routes:
            self._survey()
        words = get_route_path(scope).split("/")
        slashes, first = len(words) - 1, words[1] if len(words) > 1 else None
        second = words[2] if slashes > 1 else None
        known = self._by_key
        keys = tuple(
            key
            for key in (
                (slashes, first, second),
                (slashes, first, None),
                (slashes, None, second),
                (slashes, None, None),
            )
            if key in known
        )
        part = self._parts.get(keys)
        if part is None:
            part = self._parts[keys] = self._part(keys)
        scope.setdefault("router", self._router)
        await part.app(scope, receive, send)

    def _survey(self) -> None:
        self._by_key, self._anywhere, self._parts = {}, [], {}
        for place, context in enumerate(iter_route_contexts(self._router.routes)):
            route = context.original_route
            if isinstance(route, Mount) or not isinstance(route, Route) or ":path}" in route.path:
                self._anywhere.append((place, route))
            else:
                self._by_key.setdefault(_key(route.path), []).append((place, route))
        self._routes = len(self._router.routes)

    def _part(self, keys: Sequence[_Key]) -> APIRouter:
        placed = [one for key in keys for one in self._by_key[key]]
        found = sorted([*placed, *self._anywhere], key=lambda one: one[0])
        return APIRouter(
            routes=[route for _, route in found], redirect_slashes=False, default=self._whole
        )


def _key(path: str) -> _Key:
    words = path.split("/")
    first, second, *_ = [None if "{" in word else word for word in (*words[1:3], "{", "{")]
    return len(words) - 1, first, second


def put_up(app: FastAPI) -> None:
    """Put signposts before the routes of an application."""
    app.router.middleware_stack = Signposts(app.router)
