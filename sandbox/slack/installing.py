"""Installing the app in a workspace or a whole organisation, renewing its tokens, and taking it away again."""

import secrets
from collections.abc import Iterable

from sandbox.slack import events
from sandbox.slack.errors import SlackError
from sandbox.slack.grants import Grant
from sandbox.slack.model import Json
from sandbox.slack.oauth.codes import Consent
from sandbox.slack.server import Server
from sandbox.slack.team import Team

TOKEN_LIFE = 12 * 60 * 60
"""Seconds that a rotating token lives; docs.slack.dev/authentication/using-token-rotation."""


def install(server: Server, consent: Consent) -> Json:
    """Give the app its tokens; returns the answer of ``oauth.v2.access``.

    Raises ``cannot_install_an_org_installed_app`` in a workspace whose organisation already has the app.
    """
    places = _places(server, consent.team_id, consent.enterprise_id)
    grant = server.grants.bot_of(consent.team_id, consent.enterprise_id)
    if consent.team_id is not None and grant is not None and grant.is_org_wide:
        raise SlackError("cannot_install_an_org_installed_app")
    if consent.scopes:
        grant = _granted(server, places[0], consent, grant)
    return _answer(server, consent, grant)


def add(team: Team, scopes: Iterable[str] = ()) -> None:
    """Install the app in *team* without asking anybody; no *scopes* means all of the manifest."""
    wanted = list(scopes) or None
    team.server.grants.add(_bot_grant(team, team.id, team.enterprise_id, wanted))


def renew(server: Server, refresh_token: str) -> Json:
    """Exchange a refresh token, once, for a new pair. Raises ``invalid_refresh_token``."""
    grant = server.grants.refreshed_by(refresh_token)
    if grant is None:
        raise SlackError("invalid_refresh_token")
    _rotate(server, grant)
    place = _places(server, grant.team_id, grant.enterprise_id)[0]
    return _of_bot(server, grant) | _of_place(place, grant)


def revoke(server: Server, grant: Grant, why: str = "token_revoked") -> None:
    """Take one token away and tell the app; with its last one the app is uninstalled."""
    server.grants.end(grant, why)
    if grant.kind == "function":
        return
    place = _places(server, grant.team_id, grant.enterprise_id)[0]
    events.tokens_revoked(place, [grant])
    if not server.grants.of_place(grant.team_id, grant.enterprise_id):
        events.app_uninstalled(place, grant)
    _touch(server)


def uninstall(team: Team) -> None:
    """Take the app out of *team*, or out of its organisation when it was installed there; its tokens end."""
    bot = team.grant
    if bot is None:
        raise SlackError("not_installed")
    grants = team.server.grants.of_place(bot.team_id, bot.enterprise_id)
    for each in grants:
        team.server.grants.end(each, "account_inactive")
    events.tokens_revoked(team, grants)
    events.app_uninstalled(team, bot)
    _touch(team.server)


def _granted(server: Server, place: Team, consent: Consent, grant: Grant | None) -> Grant:
    """Return the bot's grant: a new one, or the old one with what was added to it."""
    if grant is None:
        grant = _bot_grant(place, consent.team_id, consent.enterprise_id, list(consent.scopes))
        server.grants.add(grant)
    elif grant.scopes is not None:
        grant.scopes = list(dict.fromkeys([*grant.scopes, *consent.scopes]))
    if server.app.rotates:
        _rotate(server, grant)
    _touch(server)
    return grant


def _bot_grant(place: Team, team_id: str | None, enterprise_id: str | None, scopes: list[str] | None) -> Grant:
    token = f"xoxb-{secrets.token_hex(16)}"
    grant = Grant(
        token=token,
        team_id=team_id,
        enterprise_id=enterprise_id,
        user_id=place.bot.user_id,
        scopes=scopes,
    )
    _show(place.server, grant)
    return grant


def _rotate(server: Server, grant: Grant) -> None:
    server.grants.retire(grant.token, "token_expired")
    grant.token = f"xoxe.xoxb-1-{secrets.token_hex(24)}"
    grant.refresh_token = f"xoxe-1-{secrets.token_hex(24)}"
    grant.expires_at = server.clock() + TOKEN_LIFE
    _show(server, grant)


def _show(server: Server, grant: Grant) -> None:
    """Let the workspaces that *grant* is for show its token as theirs."""
    for team in _places(server, grant.team_id, grant.enterprise_id):
        team.tokens.bot = grant.token
        team.touch()


def _touch(server: Server) -> None:
    """Save the first workspace: it keeps the tokens of all."""
    next(iter(server.teams.values())).touch()


def _places(server: Server, team_id: str | None, enterprise_id: str | None) -> list[Team]:
    return [server.teams[team_id]] if team_id is not None else list(server.of_enterprise(enterprise_id))


def _answer(server: Server, consent: Consent, grant: Grant | None) -> Json:
    place = _places(server, consent.team_id, consent.enterprise_id)[0]
    person: Json = {"id": consent.user_id}
    if consent.user_scopes:
        token = Grant(
            token=f"xoxp-{secrets.token_hex(16)}",
            kind="user",
            team_id=consent.team_id,
            enterprise_id=consent.enterprise_id,
            user_id=consent.user_id,
            scopes=list(consent.user_scopes),
        )
        server.grants.add(token)
        person |= {"scope": ",".join(consent.user_scopes), "access_token": token.token, "token_type": "user"}
    shown = {} if grant is None else _of_bot(server, grant)
    wide = Grant(token="", user_id="", team_id=consent.team_id, enterprise_id=consent.enterprise_id)
    return shown | _of_place(place, grant or wide) | {"authed_user": person}


def _of_bot(server: Server, grant: Grant) -> Json:
    scopes = grant.scopes if grant.scopes is not None else server.app.scopes or []
    shown: Json = {
        "access_token": grant.token,
        "token_type": "bot",
        "scope": ",".join(scopes),
        "bot_user_id": grant.user_id,
    }
    if grant.refresh_token is not None:
        shown |= {"refresh_token": grant.refresh_token, "expires_in": TOKEN_LIFE}
    return shown


def _of_place(place: Team, grant: Grant) -> Json:
    enterprise = None if place.enterprise is None else place.enterprise.model_dump()
    return {
        "app_id": place.state.app_id,
        "team": None if grant.is_org_wide else {"id": place.id, "name": place.name},
        "enterprise": enterprise,
        "is_enterprise_install": grant.is_org_wide,
    }
