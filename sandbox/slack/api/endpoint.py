"""``/api/<method>``: reads a call however it was sent, checks token, scopes and limits, and answers."""

import json
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import beneath
from sandbox.slack.api.callers import authorise, check_scopes, client_of, team_of, token_of
from sandbox.slack.api.method import Method
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.faults import MethodFault
from sandbox.slack.model import Json
from sandbox.slack.server import Server

_TOO_MANY = 429
_UNSAID = frozenset({"token", "client_secret", "code", "code_verifier", "refresh_token"})
"""Arguments that are not written down."""


class WebAPI:
    """Answers calls of the Web API, and writes each of them down."""

    def __init__(self, server: Server, methods: dict[str, Method]) -> None:
        self._server = server
        self._methods = methods

    async def respond(self, request: Request) -> Response:
        name = request.path_params["method"]
        given = await _arguments(request) | client_of(request)
        token = token_of(request, given)
        fault = self._server.faults.for_method(name)
        if fault is not None and fault.drop == "before":
            self._note(name, given, {"ok": False, "error": "dropped"}, lost=True)
            return await _cut(request)
        answer = self._answer(name, given, token, fault, verb=request.method)
        self._note(name, given, answer, lost=fault is not None and fault.drop == "after")
        if fault is not None and fault.drop == "after":
            return await _cut(request)
        return _response(answer)

    def _answer(self, name: str, given: Json, token: str | None, fault: MethodFault | None, *, verb: str) -> Json:
        try:
            if fault is not None and fault.error is not None:
                raise _ordered(fault)
            return {"ok": True} | self._perform(self._called(name, verb), given, token)
        except SlackError as refusal:
            return {"ok": False, "error": refusal.code} | dict(refusal.extra)

    def _called(self, name: str, verb: str) -> Method:
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if method.post_only and verb != "POST":
            raise SlackError("insecure_request")
        return method

    def _perform(self, method: Method, given: Json, token: str | None) -> Json:
        grant = authorise(self._server, method, token)
        team = team_of(self._server, method, grant, given)
        check_scopes(team, method)
        wait = team.limits.wait_for_method(method.name, method.tier) if self._server.faults.tier_limits else 0
        if wait:
            raise SlackError("ratelimited", retry_after=wait)
        try:
            asked = method.arguments.model_validate({key: each for key, each in given.items() if each is not None})
        except ValidationError as error:
            raise invalid_arguments(*_sentences(error)) from None
        team.caller = grant
        try:
            return method.perform(team, asked)
        finally:
            team.caller = None

    def _note(self, name: str, given: Json, answer: Json, *, lost: bool) -> None:
        said = {key: value for key, value in given.items() if key not in _UNSAID}
        call = {"method": name, "arguments": said, "ok": answer["ok"], "error": answer.get("error")}
        self._server.calls.append(call | {"at": self._server.clock(), "lost": lost})


async def _arguments(request: Request) -> Json:
    given: Json = dict(request.query_params)
    if request.method == "GET":
        return given
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            return given
        return given | body if isinstance(body, dict) else given
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        async with request.form() as form:
            return given | {key: value for key, value in form.items() if isinstance(value, str)}
    return given


def _ordered(fault: MethodFault) -> SlackError:
    extra: dict[str, Any] = {"retry_after": fault.retry_after} if fault.error == "ratelimited" else {}
    return SlackError(str(fault.error), **extra)


def _sentences(error: ValidationError) -> list[str]:
    return [
        f"missing required field: {each['loc'][0]}"
        if each["type"] == "missing"
        else f"{each['msg']} [json-pointer:/{'/'.join(map(str, each['loc']))}]"
        for each in error.errors()
    ]


def _response(answer: Json) -> Response:
    if answer.get("error") != "ratelimited":
        return JSONResponse(answer)
    wait = answer.pop("retry_after", 1)
    return JSONResponse(answer, status_code=_TOO_MANY, headers={"Retry-After": str(wait)})


async def _cut(request: Request) -> Response:
    await beneath.cut(request)
    return Response(status_code=502)
