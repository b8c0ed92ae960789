"""A local Slack workspace for tests of the runtime: people, channels, and clients that reach it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from inspect import isawaitable
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot import slack_api
from sandbox.slack import Workspace
from sandbox.slack.faults import Orders
from sandbox.slack.model import Channel, Message

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


def manifest() -> dict[str, Any]:
    return dict(yaml.safe_load(MANIFEST.read_text("utf-8")))


async def until(condition: Callable[[], Any], patience: float = 15.0) -> None:
    """Wait until *condition*, asynchronous or not, holds; fails after *patience* seconds."""
    async with asyncio.timeout(patience):
        while True:
            holds = condition()
            if await holds if isawaitable(holds) else holds:
                return
            await asyncio.sleep(0.02)


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """The workspace with its manifest in force: dana, olivia and omar in #requests, where the bot is too."""

    workspace: Workspace
    url: str
    session: aiohttp.ClientSession

    def id(self, name: str) -> str:
        return self.workspace.user_named(name).id

    def channel(self, name: str) -> Channel:
        return self.workspace.channel_named(name)

    def direct(self, name: str) -> list[Message]:
        """Return the bot's direct messages with somebody."""
        found = [each for each in self.workspace.state.channels.values() if each.partner == self.id(name)]
        return found[0].messages if found else []

    def client(self, *, retries: int = 0) -> AsyncWebClient:
        return slack_api.client(self.workspace.tokens.bot, f"{self.url}/api", self.session, retries=retries)

    def fault(self, **orders: Any) -> None:
        self.workspace.faults.order(Orders.model_validate(orders))

    def calls(self, method: str) -> int:
        return sum(each["method"] == method for each in self.workspace.calls)


def furnished() -> Workspace:
    workspace = Workspace(manifest=manifest())
    people = [workspace.add_user(name, email=f"{name}@acme.example").id for name in ("dana", "olivia", "omar")]
    workspace.add_channel("requests", [*people, workspace.bot.user_id])
    workspace.add_channel("support", people)
    workspace.add_channel("secret", people, is_private=True)
    return workspace
