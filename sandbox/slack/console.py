"""What ``/_sandbox/`` offers beyond acting as a person: workspaces, the clock, workflow steps, taking the app out."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import Receive, Scope, Send

from sandbox.slack import functions, installing, scheduled, teams
from sandbox.slack.errors import Malformed, SlackError
from sandbox.slack.model import Json
from sandbox.slack.oauth.routes import PATH
from sandbox.slack.person import who
from sandbox.slack.person.routes import caller, guarded, reader, routes
from sandbox.slack.server import Server
from sandbox.slack.team import Team

END_OF_TIME = 253_402_300_799  # the last second of the year 9999


class _Call(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClockCall(_Call):
    advance: float = Field(ge=0)
    """Seconds."""


class FunctionCall(_Call):
    user: str
    callback_id: str
    inputs: Json = Field(default_factory=dict)


class PersonCall(_Call):
    name: str
    real_name: str = ""
    email: str = ""
    tz: str = "Etc/UTC"


class ChannelCall(_Call):
    name: str
    members: list[str] = Field(default_factory=list)
    """Names of people."""
    with_bot: bool = True
    is_private: bool = False


class TeamCall(_Call):
    name: str
    enterprise: str = ""
    install: bool = False
    people: list[PersonCall] = Field(default_factory=list)
    channels: list[ChannelCall] = Field(default_factory=list)


class Nothing(_Call):
    pass


def console(server: Server) -> list[BaseRoute]:
    """Return everything below ``/_sandbox``: for the first workspace, and for each under ``/teams/<id>``."""
    first = next(iter(server.teams.values()))
    return [
        Route("/teams", guarded(reader(first, _teams)), methods=["GET"]),
        Route("/teams", guarded(caller(first, TeamCall, _add_team)), methods=["POST"]),
        Mount("/teams/{team}", app=_OfTeam(server)),
        *_of_one(first),
    ]


class _OfTeam:
    """The same calls for the workspace that the address names."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._routers: dict[str, Router] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        team = self._server.teams.get(scope["path_params"]["team"])
        if team is None:
            sentence = f"There is no workspace '{scope['path_params']['team']}' here."
            await JSONResponse({"ok": False, "error": sentence}, status_code=400)(scope, receive, send)
            return
        router = self._routers.setdefault(team.id, Router(routes=_of_one(team)))
        await router(scope, receive, send)


def _of_one(team: Team) -> list[BaseRoute]:
    return [
        Route("/clock", guarded(reader(team, _clock)), methods=["GET"]),
        Route("/clock", guarded(caller(team, ClockCall, _advance)), methods=["POST"]),
        Route("/uninstall", guarded(caller(team, Nothing, _uninstall)), methods=["POST"]),
        Route("/function", guarded(caller(team, FunctionCall, _run_function)), methods=["POST"]),
        Route("/functions/{id}", guarded(reader(team, _function)), methods=["GET"]),
        *routes(team),
    ]


async def _teams(first: Team, _: Request) -> Response:
    return JSONResponse(
        {"ok": True, "app": _app(first), "teams": [_shown(each) for each in first.server.teams.values()]}
    )


async def _add_team(first: Team, call: TeamCall) -> Json:
    team = teams.open_beside(first, call.name, call.enterprise)
    try:
        for person in call.people:
            team.add_user(**person.model_dump())
        for channel in call.channels:
            members = [team.user_named(name).id for name in channel.members]
            members += [team.bot.user_id] if channel.with_bot else []
            team.add_channel(channel.name, members, is_private=channel.is_private)
    except (ValueError, KeyError) as problem:
        first.server.teams.pop(team.id)
        raise Malformed(f"The workspace was not opened: {problem}") from None
    if call.install and team.grant is None:
        installing.add(team)
    return {"ok": True, "team": _shown(team)}


async def _clock(team: Team, _: Request) -> Response:
    return JSONResponse({"ok": True, "now": team.clock()})


async def _advance(team: Team, call: ClockCall) -> Json:
    """Move the clock of the whole server on, and post what became due."""
    if team.clock() + call.advance > END_OF_TIME:
        raise Malformed("The clock ends with the year 9999.")
    team.clock.advance(call.advance)
    for each in team.server.teams.values():
        scheduled.post_due(each)
    return {"ok": True, "now": team.clock()}


async def _uninstall(team: Team, _: Nothing) -> Json:
    try:
        installing.uninstall(team)
    except SlackError:
        raise Malformed(f"The app is not installed in {team.name}.") from None
    return {"ok": True}


async def _run_function(team: Team, call: FunctionCall) -> Json:
    execution = functions.run(team, who.person(team, call.user), call.callback_id, call.inputs)
    return {"ok": True, "function": execution.as_json()}


async def _function(team: Team, request: Request) -> Response:
    execution = team.server.executions.get(request.path_params["id"])
    if execution is None or execution.team_id != team.id:
        raise Malformed(f"There is no run '{request.path_params['id']}'.")
    return JSONResponse({"ok": True, "function": execution.as_json()})


def _app(first: Team) -> Json:
    return {
        "id": first.state.app_id,
        "client_id": first.state.client_id,
        "client_secret": first.tokens.client_secret,
        "authorize_url": f"{first.base_url}{PATH}",
    }


def _shown(team: Team) -> Json:
    grant: Any = team.grant
    return {
        "id": team.id,
        "name": team.name,
        "domain": team.domain,
        "enterprise": None if team.enterprise is None else team.enterprise.model_dump(),
        "is_installed": grant is not None,
        "is_enterprise_install": team.is_org_wide,
        "bot_token": None if grant is None else grant.token,
        "sandbox_url": f"{team.base_url}/_sandbox/teams/{team.id}/",
    }
