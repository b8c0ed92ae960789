"""``api.test``, ``auth.test`` and ``apps.connections.open``: does it work, who am I, where do I listen."""

from pydantic import ConfigDict

from sandbox.slack.api.method import Answer, Arguments, Methods, Token
from sandbox.slack.errors import SlackError
from sandbox.slack.team import Team

methods = Methods()


class Anything(Arguments):
    model_config = ConfigDict(extra="allow")
    error: str | None = None


class Nothing(Arguments):
    pass


@methods.method("api.test", Anything, tier=4, token=Token.NONE)
def test(team: Team, asked: Anything) -> Answer:  # noqa: ARG001 - it has the shape of all methods
    """https://docs.slack.dev/reference/methods/api.test ."""
    said = {name: value for name, value in asked.model_dump(exclude_none=True).items() if name != "token"}
    if asked.error is not None:
        raise SlackError(asked.error, args=said)
    return {"args": said} if said else {}


@methods.method("auth.test", Nothing, tier=5)
def auth_test(team: Team, _: Nothing) -> Answer:
    """https://docs.slack.dev/reference/methods/auth.test ."""
    bot = team.bot
    return {
        "url": f"{team.base_url}/",
        "team": team.name,
        "user": team.state.users[bot.user_id].name,
        "team_id": team.id,
        "user_id": bot.user_id,
        "bot_id": bot.id,
        "is_enterprise_install": False,
    }


@methods.method("apps.connections.open", Nothing, token=Token.APP)
def open_connection(team: Team, _: Nothing) -> Answer:
    """https://docs.slack.dev/reference/methods/apps.connections.open ."""
    address = team.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={team.sockets.ticket()}&app_id={team.state.app_id}"}
