"""A local Slack workspace, served, with a few people in it and a small Bolt app connected over Socket Mode."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.serving import serving
from sandbox.slack import Timing, Workspace, create_app
from tests.browser.trying_app import MANIFEST, trying_app

CHANNEL = "requests"


@dataclass(frozen=True, kw_only=True)
class Office:
    base_url: str
    workspace: Workspace
    client: AsyncWebClient
    """The Web API, as the app calls it."""

    @property
    def channel(self) -> str:
        """The id of the channel where everybody is."""
        return self.workspace.channel_named(CHANNEL).id

    def person(self, name: str) -> str:
        """Return the id of the person called *name*."""
        return self.workspace.user_named(name).id


@asynccontextmanager
async def open_office() -> AsyncIterator[Office]:
    """Fill a workspace, serve it and connect the app; everything is closed again afterwards."""
    workspace = Workspace("Fernlight", MANIFEST, timing=Timing(ack=2.0, settle=0.5))
    people = [
        workspace.add_user("ada", "Ada Lindqvist", "ada@fernlight.example", "Europe/Stockholm"),
        workspace.add_user("bo", "Bo Martins", "bo@fernlight.example", "America/New_York"),
        workspace.add_user("chen", "Chen Wei", "chen@fernlight.example", "Asia/Singapore"),
    ]
    members = [workspace.bot.user_id, *(each.id for each in people)]
    workspace.add_channel(CHANNEL, members)
    workspace.add_channel("support-assistant", members)
    workspace.add_usergroup("owners", "Project owners", [people[1].id])
    async with serving(create_app(workspace)) as base_url:
        client = AsyncWebClient(token=workspace.tokens.bot, base_url=f"{base_url}/api/")
        async with _connected(trying_app(client), workspace.tokens.app):
            yield Office(base_url=base_url, workspace=workspace, client=client)


@asynccontextmanager
async def _connected(app: AsyncApp, app_token: str) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app, app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it untyped
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it untyped
