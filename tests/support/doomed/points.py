"""The points at which a worker can die: before and after each commit that changes something, and each call."""

import os
import re
import signal
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import aiohttp
import httpx
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

_CHANGE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_ID = re.compile(r"proj_\w+")


class Points:
    """Counts the points that *counted* fits, says each by its name, and kills the process (SIGKILL) at *kill_at*."""

    def __init__(self, kill_at: int, say: Callable[[str], None], counted: str = "") -> None:
        self._kill_at = kill_at
        self._counted = re.compile(counted)
        self._say = say
        self._count = 0

    def passed(self, name: str) -> None:
        if not self._counted.search(name):
            return
        self._count += 1
        self._say(name)
        if self._count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_calls(self) -> None:
        """Put points around each call to OpenAI (httpx) and to Slack (aiohttp) from now on."""
        openai, slack = httpx.AsyncHTTPTransport.handle_async_request, aiohttp.ClientSession._request

        async def to_openai(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
            name = f"{request.method} {_ID.sub('…', request.url.path)}"
            self.passed(f"before {name}")
            answer = await openai(transport, request)
            self.passed(f"after {name}")
            return answer

        async def to_slack(session: aiohttp.ClientSession, method: str, url: Any, **more: Any) -> Any:
            name = str(url).rpartition("/")[2] if "/api/" in str(url) else "the upload"
            self.passed(f"before {name}")
            answer = await slack(session, method, url, **more)
            self.passed(f"after {name}")
            return answer

        patch.object(httpx.AsyncHTTPTransport, "handle_async_request", to_openai).start()
        patch.object(aiohttp.ClientSession, "_request", to_slack).start()

    def watch_commits(self, engine: AsyncEngine) -> None:
        """Put points around each commit on *engine*; one that changes nothing counts for nothing."""
        changed: dict[int, list[str]] = {}
        dialect = engine.sync_engine.dialect
        commit = dialect.do_commit

        def note(connection: sa.Connection, _cursor: Any, statement: str, *_more: Any) -> None:
            if found := _CHANGE.match(statement):
                changed.setdefault(id(connection.connection.dbapi_connection), []).append(found[1])

        def do_commit(connection: Any) -> None:
            tables = changed.pop(id(connection.dbapi_connection), [])
            if not tables:
                commit(connection)
                return
            name = f"the commit of {', '.join(dict.fromkeys(tables))}"
            self.passed(f"before {name}")
            commit(connection)
            self.passed(f"after {name}")

        sa.event.listen(engine.sync_engine, "before_cursor_execute", note)
        patch.object(dialect, "do_commit", do_commit).start()
