"""Bolt's own OAuth flow against the installation page, and its listeners with the tokens it stored."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.serving import serving
from sandbox.slack import Workspace
from tests.sandbox.slack.acting import until
from tests.sandbox.slack.installing import Place, allows, calls, opened

JSON = dict[str, Any]
SCOPES = ["chat:write", "commands", "app_mentions:read", "channels:history"]

pytestmark = pytest.mark.filterwarnings(
    "ignore:BasicAuth is deprecated:DeprecationWarning"  # slack_sdk's own use of aiohttp
)


@dataclass(frozen=True, kw_only=True)
class Installable:
    """A served Bolt app that anybody can install."""

    app: AsyncApp
    address: str
    store: AsyncSQLAlchemyInstallationStore
    ran: list[tuple[str | None, str | None]]

    async def install(self, http: httpx.AsyncClient, place: Place, **more: str) -> httpx.Response:
        """Do what the person's browser does, from Bolt's install page to its thanks."""
        async with httpx.AsyncClient(base_url=self.address, trust_env=False, timeout=10) as browser:
            page = await browser.get("/slack/install")
            [link] = re.findall(r'href="([^"]*/oauth/v2/authorize[^"]*)"', page.text)
            cookie = page.headers["set-cookie"].split(";", 1)[0]
            query = dict(parse_qsl(urlsplit(unescape(link)).query)) | {"team": place.id}
            brought = await allows(http, query, await place.user("pia"), **more)
            return await browser.get("/slack/oauth_redirect", params=brought, headers={"cookie": cookie})


@pytest.fixture(name="installable")
async def _installable(workspace: Workspace, address: str, tmp_path: Path) -> AsyncIterator[Installable]:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'installations.db'}")
    store = AsyncSQLAlchemyInstallationStore(client_id=workspace.state.client_id, engine=engine)
    states = AsyncSQLAlchemyOAuthStateStore(expiration_seconds=60, engine=engine)
    async with engine.begin() as connection:
        await connection.run_sync(store.metadata.create_all)
        await connection.run_sync(states.metadata.create_all)
    handlers: list[AsyncSlackRequestHandler] = []

    async def endpoint(request: Request) -> Response:
        return await handlers[0].handle(request)

    paths = {"/slack/events": "POST", "/slack/install": "GET", "/slack/oauth_redirect": "GET"}
    routes = [Route(path, endpoint, methods=[verb]) for path, verb in paths.items()]
    async with serving(Starlette(routes=routes)) as base_url:
        settings = AsyncOAuthSettings(
            client_id=workspace.state.client_id,
            client_secret=workspace.tokens.client_secret,
            scopes=SCOPES,
            redirect_uri=f"{base_url}/slack/oauth_redirect",
            installation_store=store,
            state_store=states,
            authorization_url=f"{address}/oauth/v2/authorize",
        )
        app = AsyncApp(
            client=AsyncWebClient(base_url=f"{address}/api/"),
            signing_secret=workspace.tokens.signing_secret,
            installation_store=store,
            oauth_settings=settings,
        )
        app.enable_token_revocation_listeners()
        handlers.append(AsyncSlackRequestHandler(app))
        ran: list[tuple[str | None, str | None]] = []
        listen(app, ran)
        workspace.request_url = f"{base_url}/slack/events"
        yield Installable(app=app, address=base_url, store=store, ran=ran)
    await engine.dispose()


def listen(app: AsyncApp, ran: list[tuple[str | None, str | None]]) -> None:
    async def command(ack: AsyncAck, context: JSON, client: AsyncWebClient, body: JSON) -> None:
        ran.append((context.get("enterprise_id"), context.get("team_id")))
        await ack()
        await client.chat_postMessage(channel=body["channel_id"], text=f"hello {body['team_domain']}")

    async def mention(say: AsyncSay) -> None:
        await say("you called?")

    app.command("/openai")(command)
    app.event("app_mention")(mention)


async def test_bolt_is_installed_in_two_workspaces_and_serves_each_with_its_token(
    http: httpx.AsyncClient, installable: Installable
) -> None:
    places = [await opened(http, name) for name in ("Globex", "Hooli")]
    for place in places:
        thanks = await installable.install(http, place)
        assert thanks.status_code == 200, thanks.text

    for place in places:
        [pia, general] = [await place.user("pia"), await place.channel("general")]
        answer = await place.does("command", user=pia, channel=general, command="/openai")
        assert answer["ok"], answer
        await until(lambda here=place, who=pia, there=general: here.sees(who, there))

    assert installable.ran == [(None, place.id) for place in places]
    seen = [await place.sees(await place.user("pia"), await place.channel("general")) for place in places]
    assert seen == [["hello globex"], ["hello hooli"]]


async def test_bolt_is_installed_in_a_whole_organisation(http: httpx.AsyncClient, installable: Installable) -> None:
    globex, hooli = await opened(http, "Globex", "Initech"), await opened(http, "Hooli", "Initech")
    enterprise = globex.team["enterprise"]["id"]
    await installable.install(http, globex, reach="organisation")

    [pia, general] = [await hooli.user("pia"), await hooli.channel("general")]
    await hooli.does("command", user=pia, channel=general, command="/openai")
    await hooli.does("message", user=pia, channel=general, text="@countersign hi")
    await until(lambda: said(hooli, pia, general, "you called?"))

    kept = await installable.store.async_find_installation(
        enterprise_id=enterprise, team_id=None, is_enterprise_install=True
    )
    assert kept is not None
    assert (kept.team_id, kept.enterprise_id) == (None, enterprise)
    assert installable.ran == [(enterprise, hooli.id)]
    assert "hello hooli" in await hooli.sees(pia, general)


async def said(place: Place, user: str, channel: str, text: str) -> bool:
    return text in await place.sees(user, channel)


async def test_a_workspace_that_did_not_install_the_app_gets_nothing(
    http: httpx.AsyncClient, installable: Installable
) -> None:
    globex = await opened(http, "Globex")

    answer = await globex.does(
        "command", user=await globex.user("pia"), channel=await globex.channel("general"), command="/openai"
    )

    assert answer["error"] == "app_not_installed"
    assert installable.ran == []


@pytest.mark.parametrize("org_wide", [False, True])
async def test_bolt_forgets_a_workspace_that_uninstalls_the_app(
    http: httpx.AsyncClient, installable: Installable, *, org_wide: bool
) -> None:
    globex = await opened(http, "Globex", "Initech" if org_wide else "")
    await installable.install(http, globex, **({"reach": "organisation"} if org_wide else {}))
    organisation = globex.team["enterprise"]["id"] if org_wide else None
    place = {"enterprise_id": organisation, "team_id": None if org_wide else globex.id}

    async def kept() -> bool:
        found = await installable.store.async_find_bot(**place, is_enterprise_install=org_wide)
        return found is not None

    assert await kept()
    await globex.does("uninstall")

    async def forgotten() -> bool:
        return not await kept()

    await until(forgotten)


async def test_bolt_keeps_nothing_when_a_person_cancels(http: httpx.AsyncClient, installable: Installable) -> None:
    globex = await opened(http, "Globex")

    page = await installable.install(http, globex, choice="cancel")

    assert "access_denied" in page.text
    assert (await calls(http, "xoxb-none", "auth.test"))["error"] == "invalid_auth"
    assert await installable.store.async_find_bot(enterprise_id=None, team_id=globex.id) is None
