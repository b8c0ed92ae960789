"""One address for many local organisations: to start a server for each of a thousand trials would take too long."""

import contextlib
from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send


class Hall:
    """An application with a room for each organisation; a room's name is the first part of its paths."""

    def __init__(self) -> None:
        self.address = ""
        self._lobby = Starlette()
        self._rooms: dict[str, ASGIApp] = {}

    @contextlib.contextmanager
    def room(self, name: str, app: ASGIApp) -> Iterator[str]:
        """Serve *app* for the block; yields its address."""
        self._rooms[name] = app
        try:
            yield f"{self.address}/{name}"
        finally:
            del self._rooms[name]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, _, path = scope.get("path", "").partition("/")
        name, _, rest = path.partition("/")
        app = self._rooms.get(name, self._lobby)
        within = {"path": f"/{rest}", "raw_path": f"/{rest}".encode()} if app is not self._lobby else {}
        await app({**scope, **within}, receive, send)
