"""What a worker is handed at a time, where tests run on several."""

from xdist.scheduler import LoadFileScheduling

# Their files share a running product, which one worker starts and the other need not.
_TOGETHER = ("tests/journeys/",)


class Dealing(LoadFileScheduling):  # type: ignore[misc]  # xdist has no annotations
    """A file at a time, or a folder whose files belong together, in the order collected."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return next((folder for folder in _TOGETHER if file.startswith(folder)), file)
