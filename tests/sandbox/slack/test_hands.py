"""The hands of a workspace's people, which have the patience of people."""

from typing import Any

import httpx
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.scenario.hands import PATIENCE, Hands
from sandbox.slack.model import Channel, User
from tests.sandbox.slack.acting import JSON, modal, text_field


class Twice(Hands):
    """Hands whose command is typed once more just as they begin to fill in what its first typing opened."""

    typed = False

    async def form(self, who: str, patience: float = PATIENCE) -> dict[str, Any]:
        shown = await super().form(who, patience)
        if not self.typed:
            self.typed = True
            await self.command(who, "form")
        return shown


@pytest.fixture(name="submitted")
def _submitted(app: AsyncApp) -> list[str]:
    """Let the app open a form by its command, and keep what is submitted."""
    names: list[str] = []

    async def opens(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(text_field("name")))

    async def submitted(ack: AsyncAck, view: JSON) -> None:
        names.append(view["state"]["values"]["name"]["value"]["value"])
        await ack()

    app.command("/openai")(opens)
    app.view("form")(submitted)
    return names


async def test_the_dialog_that_took_the_place_of_another_is_filled_in(
    http: httpx.AsyncClient,
    address: str,
    dana: User,
    general: Channel,
    connected: AsyncSocketModeHandler,
    submitted: list[str],
) -> None:
    async with httpx.AsyncClient(base_url=f"{address}/_sandbox", trust_env=False) as client:
        hands = await Twice.of(client)
        await hands.command("dana", "form")

        answer = await hands.fill("dana", name="Apollo")

    assert answer["ok"]
    assert submitted == ["Apollo"]
