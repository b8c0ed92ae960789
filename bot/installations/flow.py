"""Installing the app with OAuth: Bolt's own flow, for the workspaces that are listed.

docs.slack.dev/authentication/installing-with-oauth.
"""

import html
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

from bot.installations.installations import Installations
from bot.personal_pace import PersonalPace
from workflows.store import Database

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
BEGUN_PER_MINUTE = 60
"""Installations that one process lets begin, by all people together."""

LIFE = 600
"""Seconds that somebody may take between beginning to install and agreeing."""

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
"""What the app asks for; the manifest says what for."""

_AGAIN = f"Begin again at {INSTALL_PATH}."
_SENTENCES = {
    "access_denied": "You did not agree, so nothing was installed.",
    "invalid_browser": f"This was not begun in this browser, or cookies are off, so nothing was installed. {_AGAIN}",
    "invalid_state": f"This took longer than ten minutes, or came twice, so nothing was installed. {_AGAIN}",
    "missing_code": f"Slack sent no code, so nothing was installed. {_AGAIN}",
    "invalid_code": f"Slack did not take the code that it sent, so nothing was installed. {_AGAIN}",
}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Countersign</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem">
<h1 style="font-size: 1.4rem">{title}</h1><p>{sentence}</p></body></html>"""
_HEADERS: dict[str, str | Sequence[str]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


class NotTaken(BoltError):
    """An installation that may not be; the text is a sentence for who made it."""


class Flow(AsyncOAuthFlow):
    """Takes installations of listed workspaces, and gives back those of any other."""

    def __init__(self, *, installations: Installations, client: AsyncWebClient, settings: AsyncOAuthSettings) -> None:
        super().__init__(client=client, settings=settings)
        self._installations = installations
        self._pace = PersonalPace(at_once=BEGUN_PER_MINUTE)

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep it, or raise ``NotTaken``."""
        del request
        if problem := self._elsewhere(installation):
            await self._installations.revoke(installation.bot_token or "")
            raise NotTaken(problem)
        if problem := self._unfit(installation):
            # Not given back: where the app is installed already, that may be the very token that it works with.
            raise NotTaken(problem)
        await self._installations.keep(installation)

    def _elsewhere(self, installation: Installation) -> str:
        """Say why the app may not be there, if it may not."""
        if organization := self._installations.organization_missing(installation):
            return (
                f"{installation.team_name} ({installation.team_id}) belongs to the organisation {organization}, so it "
                f"was taken out again. Ask whoever runs the bot to write enterprise: {organization} below it in the "
                "file that WORKSPACES_FILE names."
            )
        if not self._installations.may_have(installation):
            name = installation.team_name or installation.enterprise_name or "This workspace"
            where = installation.team_id or installation.enterprise_id or "unknown"
            return (
                f"{name} ({where}) is not one of the workspaces that this bot serves, so it was taken out again. "
                "Ask whoever runs the bot to add it to the file that WORKSPACES_FILE names."
            )
        return ""

    @staticmethod
    def _unfit(installation: Installation) -> str:
        """Say why this installation is of no use, if it is of none."""
        if installation.bot_refresh_token:
            return "This app has token rotation turned on, which this bot does not do. Make an app without it."
        if missing := set(SCOPES) - set(installation.bot_scopes or ()):
            return f"The app was not given {', '.join(sorted(missing))}, which it needs. {_AGAIN}"
        return ""

    async def begin(self, request: Request) -> Response:
        """Answer who opens the page for installing: anybody can, and each time is remembered for ten minutes."""
        if not self._pace.allows(INSTALL_PATH, "install"):
            return to_starlette_response(
                _page(429, "Not now", "Many people install apps at this moment. Try again in a minute.")
            )
        return to_starlette_response(await self.handle_installation(to_async_bolt_request(request, b"")))

    async def end(self, request: Request) -> Response:
        """Answer who comes back from Slack."""
        return to_starlette_response(await self.handle_callback(to_async_bolt_request(request, b"")))


def installing(
    *, installations: Installations, database: Database, client: AsyncWebClient, client_id: str, client_secret: str
) -> Flow:
    """Return the flow; *client* has no token."""
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=SCOPES,
        user_scopes=(),
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        install_page_rendering_enabled=False,
        authorization_url=_authorize_url(client.base_url),
        installation_store=installations.store,
        state_store=AsyncSQLAlchemyOAuthStateStore(LIFE, database.engine),
        state_expiration_seconds=LIFE,
        callback_options=AsyncCallbackOptions(success=_taken, failure=_not_taken),
    )
    return Flow(installations=installations, client=client, settings=settings)


def _authorize_url(api_url: str) -> str:
    """Return where Slack asks people whether they agree: beside its API."""
    parts = urlsplit(api_url)
    return urlunsplit((parts.scheme, parts.netloc, "/oauth/v2/authorize", "", ""))


async def _taken(done: AsyncSuccessArgs) -> BoltResponse:
    name = done.installation.team_name or done.installation.enterprise_name or "your workspace"
    return _page(200, "Installed", f"Countersign is in {name} now. Type /openai in Slack.")


async def _not_taken(failed: AsyncFailureArgs) -> BoltResponse:
    if isinstance(failed.error, NotTaken):
        return _page(403, "Not installed", str(failed.error))
    sentence = _SENTENCES.get(failed.reason, f"Slack says {failed.reason}, so nothing was installed. {_AGAIN}")
    return _page(failed.suggested_status_code, "Not installed", sentence)


def _page(status: int, title: str, sentence: str) -> BoltResponse:
    body = _PAGE.format(title=html.escape(title), sentence=html.escape(sentence))
    return BoltResponse(status=status, body=body, headers=_HEADERS)
