"""``api.test``, ``auth.*`` and ``apps.connections.open``: does it work, who am I, where do I listen."""

from pydantic import ConfigDict

from sandbox.slack import installing
from sandbox.slack.api.method import Answer, Arguments, Methods, Token
from sandbox.slack.errors import SlackError
from sandbox.slack.grants import Grant
from sandbox.slack.team import Team

methods = Methods()


class Anything(Arguments):
    model_config = ConfigDict(extra="allow")
    error: str | None = None


class Nothing(Arguments):
    pass


class Revoke(Arguments):
    test: bool = False


@methods.method("api.test", Anything, tier=4, token=Token.NONE)
def test(team: Team, asked: Anything) -> Answer:  # noqa: ARG001 - it has the shape of all methods
    """https://docs.slack.dev/reference/methods/api.test ."""
    said = {name: value for name, value in asked.model_dump(exclude_none=True).items() if name != "token"}
    if asked.error is not None:
        raise SlackError(asked.error, args=said)
    return {"args": said} if said else {}


@methods.method("auth.test", Nothing, tier=5, token=Token.ANY)
def auth_test(team: Team, _: Nothing) -> Answer:
    """https://docs.slack.dev/reference/methods/auth.test ."""
    grant = caller_of(team)
    user_id = team.bot.user_id if grant.kind == "function" else grant.user_id
    wide = team.enterprise if grant.is_org_wide else None
    shown = {
        "url": f"{team.base_url}/",
        "team": wide.name if wide else team.name,
        "user": team.state.users[user_id].name,
        "team_id": wide.id if wide else team.id,
        "user_id": user_id,
        "is_enterprise_install": grant.is_org_wide,
    }
    shown |= {"enterprise_id": team.enterprise.id} if team.enterprise else {}
    shown |= {"bot_id": team.bot.id} if grant.kind != "user" else {}
    return shown | ({"expires_in": int(grant.expires_at - team.clock())} if grant.expires_at else {})


@methods.method("auth.revoke", Revoke, token=Token.ANY, if_app_level="not_bearer_token")
def auth_revoke(team: Team, asked: Revoke) -> Answer:
    """https://docs.slack.dev/reference/methods/auth.revoke ; the last token of a place takes the app out of it."""
    if not asked.test:
        installing.revoke(team.server, caller_of(team))
    return {"revoked": not asked.test}


@methods.method("apps.connections.open", Nothing, token=Token.APP, post_only=True)
def open_connection(team: Team, _: Nothing) -> Answer:
    """https://docs.slack.dev/reference/methods/apps.connections.open ."""
    address = team.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={team.sockets.ticket()}&app_id={team.state.app_id}"}


def caller_of(team: Team) -> Grant:
    """Return what the caller's token grants; raises ``invalid_auth`` outside a call."""
    if team.caller is None:
        raise SlackError("invalid_auth")
    return team.caller
