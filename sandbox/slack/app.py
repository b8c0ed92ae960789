"""Puts the workspace on one port: Slack's API, the socket, files, response URLs, ``/_sandbox/`` and the page."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.slack import acts, files, scheduled, teams
from sandbox.slack.api import every_method
from sandbox.slack.api.endpoint import WebAPI
from sandbox.slack.console import console
from sandbox.slack.errors import SlackError
from sandbox.slack.model import File
from sandbox.slack.oauth import routes as oauth
from sandbox.slack.server import Server
from sandbox.slack.team import Team

PAGE = Path(__file__).parent / "page"


def create_app(workspace: Team, *, openai_url: str | None = None) -> Starlette:
    """Return the ASGI application of *workspace*, and of those that stand or come beside it.

    With the address of a local OpenAI organisation the page shows that beside the conversation.
    """
    teams.reopen(workspace)
    workspace.server.openai_url = openai_url
    api = WebAPI(workspace.server, every_method())
    page = StaticFiles(directory=PAGE, html=True, check_dir=False)
    return Starlette(
        routes=[
            Route("/api/{method}", api.respond, methods=["GET", "POST"]),
            WebSocketRoute("/link", workspace.sockets.serve),
            WebSocketRoute("/link/", workspace.sockets.serve),
            Route("/commands/{team}/{number}/{secret}", _with(workspace.server, _respond), methods=["POST"]),
            Route("/actions/{team}/{number}/{secret}", _with(workspace.server, _respond), methods=["POST"]),
            Route("/archives/{channel}/{message}", _with(workspace.server, _follow_permalink)),
            Route("/upload/v1/{id}/{secret}", _with(workspace.server, _upload), methods=["POST", "PUT"]),
            Route("/files-pri/{place}/{rest:path}", _with(workspace.server, _download)),
            *oauth.routes(workspace.server),
            Mount("/_sandbox", routes=console(workspace.server)),
            Mount("/page", page),
            Mount("/", page),
        ],
        middleware=[Middleware(_Address, server=workspace.server)],
        lifespan=lambda _: _alive(workspace.server),
    )


class _Address:
    """Remembers under which address callers reach the server, for the addresses it gives out."""

    def __init__(self, app: ASGIApp, server: Server) -> None:
        self._app = app
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._server.base_url = str(HTTPConnection(scope).base_url).rstrip("/")
        await self._app(scope, receive, send)


@contextlib.asynccontextmanager
async def _alive(server: Server) -> AsyncIterator[None]:
    keeping = asyncio.create_task(_keep(server))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        for team in server.teams.values():
            await team.stop()
        await server.sockets.close()
        await server.request_urls.close()


async def _keep(server: Server) -> None:
    """Save each workspace and post its scheduled messages, also of those that come later, until cancelled."""
    kept: set[str] = set()
    async with asyncio.TaskGroup() as works:
        while True:
            for team in [each for each in server.teams.values() if each.id not in kept]:
                kept.add(team.id)
                works.create_task(team.keep_saving())
                works.create_task(scheduled.keep_posting(team))
            server.grown.clear()
            await server.grown.wait()


def _with(
    server: Server, answer: Callable[[Team, Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await answer(_team(server, request.path_params), request)

    return endpoint


def _team(server: Server, named: Mapping[str, str]) -> Team:
    """Return the workspace that an address is of: it names the workspace itself, or a channel or file there."""
    first, *others = server.teams.values()
    team_id = named.get("team") or named.get("place", "").partition("-")[0]
    for team in others:
        if team.id == team_id or named.get("channel") in team.state.channels or named.get("id") in team.state.files:
            return team
    return first


async def _respond(team: Team, request: Request) -> Response:
    """Take what an app posts to a response URL."""
    key = f"{request.path_params['number']}/{request.path_params['secret']}"
    try:
        body: Any = json.loads(await request.body())
    except ValueError:
        return PlainTextResponse("invalid_payload", status_code=400)
    try:
        origin = team.response_urls.use(key)
    except SlackError as refusal:
        return JSONResponse({"ok": False, "error": refusal.code}, status_code=404)
    try:
        acts.respond(team, origin, body)
    except SlackError as refusal:
        return PlainTextResponse(refusal.code, status_code=400)
    return PlainTextResponse("ok")


async def _follow_permalink(team: Team, request: Request) -> Response:
    """Lead from a message's permanent link to the page, at its thread."""
    channel = team.state.channels.get(request.path_params["channel"])
    digits = request.path_params["message"].removeprefix("p")
    message = channel.message(f"{digits[:-6]}.{digits[-6:]}") if channel else None
    if channel is None or message is None:
        return PlainTextResponse("message_not_found", status_code=404)
    place = urlencode({"in": channel.id, "thread": message.thread_ts or message.ts})
    first = next(iter(team.server.teams.values()))
    which = "" if team is first else f"?{urlencode({'team': team.id})}"
    return RedirectResponse(f"/{which}#{place}")


async def _upload(team: Team, request: Request) -> Response:
    file = team.state.files.get(request.path_params["id"])
    if file is None or file.secret != request.path_params["secret"] or file.uploaded:
        return PlainTextResponse("invalid_upload", status_code=404)
    content = await _body(request)
    files.receive(team, file, content)
    return PlainTextResponse(f"OK - {len(content)}")


async def _body(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for each in form.values():
            if isinstance(each, UploadFile):
                return await each.read()
    return b""


async def _download(team: Team, request: Request) -> Response:
    """Give a file's bytes to the app, which shows its bot token."""
    file = _named(team, request.path_params["place"])
    if file is None:
        return PlainTextResponse("file_not_found", status_code=404)
    if not _may_read(team, request.headers.get("authorization", "")):
        return PlainTextResponse("not_authed", status_code=403)
    return Response(team.store.upload(file.id), media_type=files.mimetype(file))


def _may_read(team: Team, header: str) -> bool:
    try:
        grant = team.server.grants.find(header.removeprefix("Bearer "))
    except SlackError:
        return False
    reaches = grant.team_id == team.id or (grant.is_org_wide and grant.enterprise_id == team.enterprise_id)
    return reaches and grant.kind != "user" and team.app.may("files:read")


def _named(team: Team, place: str) -> File | None:
    file = team.state.files.get(place.rpartition("-")[2])
    return file if file is not None and file.uploaded else None
