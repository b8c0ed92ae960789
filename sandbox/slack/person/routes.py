"""The addresses under ``/_sandbox/``: reads the call, refuses malformed ones in one sentence, answers JSON."""

import ipaddress
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox import beneath
from sandbox.slack import files, pictures
from sandbox.slack.delivery.ordering import order_faults
from sandbox.slack.errors import Malformed
from sandbox.slack.faults import Orders
from sandbox.slack.model import Json, User
from sandbox.slack.person import actions, commands, look, stream, submissions, suggestions, talk, uploads, who
from sandbox.slack.team import Team

_MALFORMED = 400
_FORBIDDEN = 403

Endpoint = Callable[[Request], Awaitable[Response]]
C = TypeVar("C", bound=BaseModel)


def routes(team: Team) -> list[Route]:
    """Return the routes below ``/_sandbox``."""
    return [
        *(Route(path, guarded(reader(team, read)), methods=["GET"]) for path, read in _LOOKS.items()),
        Route("/files/{id}", guarded(reader(team, _file)), methods=["GET"]),
        Route("/command", guarded(caller(team, commands.CommandCall, commands.run_command)), methods=["POST"]),
        Route("/shortcut", guarded(caller(team, commands.ShortcutCall, commands.run_shortcut)), methods=["POST"]),
        Route("/action", guarded(caller(team, actions.ActionCall, actions.act)), methods=["POST"]),
        Route("/options", guarded(caller(team, suggestions.OptionsCall, suggestions.suggest)), methods=["POST"]),
        Route("/submit", guarded(caller(team, submissions.SubmitCall, submissions.submit)), methods=["POST"]),
        Route("/close", guarded(caller(team, submissions.CloseCall, submissions.close)), methods=["POST"]),
        Route("/message", guarded(caller(team, talk.MessageCall, talk.write)), methods=["POST"]),
        Route("/upload", guarded(caller(team, uploads.UploadCall, uploads.upload)), methods=["POST"]),
        Route("/faults", guarded(caller(team, Orders, order_faults)), methods=["POST"]),
    ]


def guarded(endpoint: Endpoint) -> Endpoint:
    """Let only callers of this machine in, and answer their malformed calls with a sentence."""

    async def guard(request: Request) -> Response:
        if not _is_local(request):
            return _refused("These calls are answered on loopback only.", _FORBIDDEN)
        try:
            return await endpoint(request)
        except Malformed as error:
            return _refused(str(error), _MALFORMED)

    return guard


def reader(team: Team, read: Callable[[Team, Request], Awaitable[Response]]) -> Endpoint:
    async def answer(request: Request) -> Response:
        return await read(team, request)

    return answer


def caller(team: Team, kind: type[C], perform: Callable[[Team, C], Awaitable[Json]]) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            body = json.loads(await request.body())
            call = kind.model_validate(body)
        except ValidationError as error:
            raise Malformed(_sentence(error)) from None
        except ValueError:
            raise Malformed("The body has to be JSON.") from None
        return JSONResponse(await perform(team, call))

    return answer


async def _workspace(team: Team, _: Request) -> Response:
    return JSONResponse(look.workspace(team))


async def _view(team: Team, request: Request) -> Response:
    return JSONResponse(look.view(team, _asking(team, request)))


async def _home(team: Team, request: Request) -> Response:
    return JSONResponse(await look.home(team, _asking(team, request)))


async def _messages(team: Team, request: Request) -> Response:
    user = _asking(team, request)
    channel = who.channel_of(team, user, _wanted(request, "channel"))
    return JSONResponse(look.read(team, user, channel, request.query_params.get("thread_ts")))


async def _conversations(team: Team, request: Request) -> Response:
    return JSONResponse(look.conversations(team, _asking(team, request)))


async def _calls(team: Team, request: Request) -> Response:
    method = request.query_params.get("method")
    found = [each for each in team.calls if method in (None, each["method"])]
    return JSONResponse({"ok": True, "calls": found})


async def _events(team: Team, request: Request) -> Response:
    user = _asking(team, request)
    headers = {"cache-control": "no-store"}
    lines = stream.follow(team, user.id, beneath.Ending(request))
    return StreamingResponse(lines, media_type="text/event-stream", headers=headers)


async def _file(team: Team, request: Request) -> Response:
    file = team.state.files.get(request.path_params["id"])
    if file is None or not file.uploaded:
        raise Malformed(f"There is no file '{request.path_params['id']}'.")
    if "user" in request.query_params and not pictures.is_seen_by(team, _asking(team, request).id, file):
        return _refused("This person does not see that file anywhere.", _FORBIDDEN)
    headers = {"content-disposition": files.attachment(file), "x-content-type-options": "nosniff"}
    return Response(team.store.upload(file.id), media_type=files.mimetype(file), headers=headers)


_LOOKS: dict[str, Callable[[Team, Request], Awaitable[Response]]] = {
    "/workspace": _workspace,
    "/view": _view,
    "/home": _home,
    "/messages": _messages,
    "/conversations": _conversations,
    "/calls": _calls,
    "/events": _events,
}


def _asking(team: Team, request: Request) -> User:
    return who.person(team, _wanted(request, "user"))


def _wanted(request: Request, name: str) -> str:
    value = request.query_params.get(name)
    if not value:
        raise Malformed(f"The parameter '{name}' is missing.")
    return value


def _is_local(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _refused(sentence: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": sentence}, status_code=status)


def _sentence(error: ValidationError) -> str:
    first: Any = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    if first["type"] == "missing":
        return f"The field '{where}' is missing."
    if first["type"] == "extra_forbidden":
        return f"The field '{where}' is not known here."
    return f"The field '{where}' is wrong: {first['msg']}." if where else f"The body is wrong: {first['msg']}."
