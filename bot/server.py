"""HTTP: Slack's endpoint in HTTP mode; health, readiness and metrics in every mode."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.audit_feed import AuditFeed
from bot.installations import Flow
from bot.installations.flow import INSTALL_PATH, REDIRECT_PATH
from bot.metrics import Metrics

SLACK_PATH = "/slack/events"
LARGEST_BODY = 1_000_000
"""Bytes; Slack's largest payload, a view, is a quarter of it."""

MOST_DIGITS = 12
"""Of a time in Unix seconds; a number of thousands of digits is more than a float can take."""

CHECK_LIMIT = 5.0
"""Seconds that one check of readiness may take."""

log = structlog.get_logger(__name__)
Check = Callable[[], Awaitable[str]]
"""Says what is wrong in a few words, or nothing."""


def build(
    *,
    metrics: Metrics,
    checks: Mapping[str, Check],
    app: AsyncApp | None = None,
    feed: AuditFeed | None = None,
    flow: Flow | None = None,
) -> Starlette:
    """Return the web application: health and metrics; with *app* Slack's requests, with *feed* the audit log.

    With *flow* workspaces install the app here.
    """

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_request: Request) -> Response:
        problems = {name: await _answer(check) for name, check in checks.items()}
        ready = not any(problems.values())
        answers = {name: problem or "ready" for name, problem in problems.items()}
        return JSONResponse({"ready": ready, **answers}, status_code=200 if ready else 503)

    async def measured(_request: Request) -> Response:
        return Response(await metrics.page(), media_type=metrics.content_type)

    routes: list[BaseRoute] = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", measured),
    ]
    if feed is not None:
        routes.append(Route("/audit", feed.__call__, methods=["GET"]))
    if flow is not None:
        routes += [Route(INSTALL_PATH, flow.begin), Route(REDIRECT_PATH, flow.end)]
    if app is not None:
        routes.append(Route(SLACK_PATH, _Bounded(AsyncSlackRequestHandler(app, SLACK_PATH)), methods=["POST"]))
    return Starlette(routes=routes)


async def _answer(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_LIMIT):
            return await check()
    except Exception as problem:  # noqa: BLE001 - whatever is broken, the answer is "not ready"
        return type(problem).__name__


class _Bounded:
    """Refuses a body that Slack never sends: larger than anything, or not even text."""

    def __init__(self, inner: Callable[..., Awaitable[None]]) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, refused = await _read(receive)
        if not _timed(scope):
            refused = PlainTextResponse("no time of signing\n", status_code=401)
        if refused is not None:
            await refused(scope, receive, send)
        elif body is not None:
            await self._understood(scope, body, send)

    async def _understood(self, scope: Scope, body: bytes, send: Send) -> None:
        """Hand it on; Bolt stumbles over a body of another shape than Slack's before it looks at the signature."""
        answered = False

        async def sending(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._inner(scope, _replay(body), sending)
        except Exception as problem:
            if answered:
                raise
            # Only its name: the text may quote the body.
            log.warning("request_not_understood", error=type(problem).__name__)
            await PlainTextResponse("not understood\n", status_code=400)(scope, _replay(body), send)


def _timed(scope: Scope) -> bool:
    """Whether the request says when it was signed; Bolt's verification stumbles over anything but a number."""
    stated = Headers(scope=scope).get("x-slack-request-timestamp", "0")
    return stated.isascii() and stated.isdecimal() and len(stated) <= MOST_DIGITS


async def _read(receive: Receive) -> tuple[bytes | None, Response | None]:
    """Return the body, or the answer that refuses it; neither when the caller has gone."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None, None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None, PlainTextResponse("too large\n", status_code=413)
    try:
        body.decode()
    except UnicodeDecodeError:
        return None, PlainTextResponse("not UTF-8\n", status_code=400)
    return bytes(body), None


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class _Server(uvicorn.Server):
    """A uvicorn that leaves the process's signals to whoever runs the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, port: int, *, host: str, drain: int = 10) -> AsyncIterator[str]:
    """Serve *app* for as long as the block lasts and yield its address; at the end wait *drain* seconds at most.

    Raises ``OSError`` when the port cannot be had.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=drain)
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if running.done():
                await running
                raise OSError(f"The server on port {port} did not start.")
            await asyncio.sleep(0.005)
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    # With the protocol named, asyncio sends small answers at once instead of waiting for more (TCP_NODELAY).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def free(ports: Sequence[int], host: str) -> int | None:
    """Return the first of *ports* that is taken on *host*, or None when all are free."""
    for port in ports:
        try:
            _listen(host, port).close()
        except OSError:
            return port
    return None
