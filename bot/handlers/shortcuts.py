"""The global shortcut that opens the launcher from anywhere in Slack."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.forms import launcher
from bot.handlers.guard import answering, promptly
from bot.payloads import Shortcut
from workflows.service import Service


def register(app: AsyncApp) -> None:
    app.global_shortcut("open_launcher")(open_launcher)


async def open_launcher(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        await promptly(context, _launch(context, Shortcut.model_validate(body), service))


async def _launch(context: AsyncBoltContext, shortcut: Shortcut, service: Service) -> None:
    await context.client.views_open(trigger_id=shortcut.trigger_id, view=launcher(service.kinds.values()))
