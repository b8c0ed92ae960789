"""``oauth.v2.access``: a code, or a refresh token, for the app's tokens."""

import hmac

from sandbox.slack import installing
from sandbox.slack.api.method import Answer, Arguments, Methods, Token
from sandbox.slack.errors import SlackError
from sandbox.slack.team import Team

methods = Methods()


class Access(Arguments):
    client_id: str = ""
    client_secret: str = ""
    code: str = ""
    code_verifier: str | None = None
    redirect_uri: str | None = None
    grant_type: str = "authorization_code"
    refresh_token: str = ""


@methods.method("oauth.v2.access", Access, tier=5, token=Token.NONE)
def access(team: Team, asked: Access) -> Answer:
    """https://docs.slack.dev/reference/methods/oauth.v2.access ; a code with PKCE needs no client secret."""
    server = team.server
    if asked.client_id != team.state.client_id:
        raise SlackError("invalid_client_id")
    if asked.code_verifier is not None and not server.app.proves_itself:
        raise SlackError("pkce_not_allowed")
    is_secret = hmac.compare_digest(asked.client_secret.encode(), team.tokens.client_secret.encode())
    if not is_secret and (asked.client_secret or asked.code_verifier is None):
        raise SlackError("bad_client_secret")
    match asked.grant_type:
        case "authorization_code":
            consent = server.codes.exchange(asked.code, asked.redirect_uri, asked.code_verifier)
            return installing.install(server, consent)
        case "refresh_token":
            return installing.renew(server, asked.refresh_token)
    raise SlackError("invalid_grant_type")
