"""Who calls, with which token, and which workspace a call is about."""

import base64
import binascii
from typing import Any

from starlette.requests import Request

from sandbox.slack.api.method import Method, Token, need_scope
from sandbox.slack.errors import SlackError
from sandbox.slack.grants import Grant
from sandbox.slack.model import Json
from sandbox.slack.server import Server
from sandbox.slack.team import Team

_BEARER = "bearer "
_BASIC = "basic "
_NAMING = ("channel", "channel_id", "channels", "user", "user_id", "users", "usergroup", "file", "view_id", "bot")
_KINDS = {Token.BOT: ("bot", "function"), Token.ANY: ("bot", "function", "user")}


def token_of(request: Request, given: Json) -> str | None:
    """Return the token of the header, else of the argument ``token``."""
    header = request.headers.get("authorization", "")
    if header.lower().startswith(_BEARER):
        return header[len(_BEARER) :].strip()
    return given.get("token")


def client_of(request: Request) -> Json:
    """Return client id and secret when they came by HTTP Basic, as ``oauth.v2.access`` prefers them."""
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(_BASIC):
        return {}
    try:
        client_id, _, secret = base64.b64decode(header[len(_BASIC) :], validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret}


def authorise(server: Server, method: Method, token: str | None) -> Grant | None:
    """Return the grant of *token*; ``None`` for methods that want none of a workspace's.

    Raises Slack's codes for a token that is missing, wrong, over or of the wrong kind.
    """
    if method.token is Token.NONE:
        return None
    if not token:
        raise SlackError("not_authed")
    is_app = token == first_of(server).tokens.app
    if method.token is Token.APP and is_app:
        return None
    if is_app:
        raise SlackError(method.if_app_level)
    grant = server.grants.find(token)
    if grant.kind not in _KINDS.get(method.token, ()):
        raise SlackError("not_allowed_token_type")
    return grant


def team_of(server: Server, method: Method, grant: Grant | None, given: Json) -> Team:
    """Return the workspace that the call is about; an organisation's token has to say it or name something of it.

    Raises ``team_access_not_granted`` and ``missing_argument``.
    """
    if grant is None:
        return first_of(server)
    if grant.team_id is not None:
        return server.teams[grant.team_id]
    theirs = list(server.of_enterprise(grant.enterprise_id))
    if given.get("team_id"):
        found = next((each for each in theirs if each.id == given["team_id"]), None)
        if found is None:
            raise SlackError("team_access_not_granted")
        return found
    named = _named(given)
    found = next((each for each in theirs if any(_knows(each, name) for name in named)), None)
    if found is None and "team_id" in method.arguments.model_fields:
        raise SlackError(
            "missing_argument", response_metadata={"messages": ["[ERROR] missing required field: team_id"]}
        )
    return found or theirs[0]


def check_scopes(team: Team, method: Method) -> None:
    if method.token is Token.BOT:
        need_scope(team, *method.scopes)


def first_of(server: Server) -> Team:
    return next(iter(server.teams.values()))


def _named(given: Json) -> list[str]:
    """Return the ids in the arguments that tell where a call belongs."""
    values: list[Any] = [given.get(name) for name in _NAMING]
    words = [each for value in values for each in (value if isinstance(value, list) else str(value or "").split(","))]
    return [str(each) for each in [*words, given.get("trigger_id")] if each]


def _knows(team: Team, name: str) -> bool:
    state = team.state
    views = [view.id for screen in team.screens.values() for view in screen.modals]
    homes = [view.id for view in state.homes.values()]
    person = state.users.get(name)
    return (
        any(name in kept for kept in (state.channels, state.usergroups, state.files, views, homes))
        or (person is not None and not person.is_bot)
        or team.triggers.knows(name)
    )
