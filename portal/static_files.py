"""The portal's own style sheet, modules and pictures."""

from os import stat_result

from starlette.datastructures import URL
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from portal.rendering import STATIC

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=300"


class OwnFiles(StaticFiles):
    """Serves static/ with ETags; an address that carries the file's mark may be kept for good."""

    def __init__(self) -> None:
        """Serve the folder beside this module."""
        super().__init__(directory=STATIC)

    def file_response(
        self,
        full_path: str,  # type: ignore[override]  # we never pass another kind of path
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file with its cache rule."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        marked = "v=" in URL(scope=scope).query
        response.headers["cache-control"] = FOR_GOOD if marked else ASK_AGAIN
        return response
