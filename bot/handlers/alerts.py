"""The buttons of an alert: ask for a raise with the form filled in, and say that somebody sees to it."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block
from bot.forms import form
from bot.handlers.guard import answering, promptly
from bot.handlers.opening import open_view
from bot.payloads import Click
from workflows.service import Service

KIND = "budget"


def register(app: AsyncApp) -> None:
    app.action("raise")(ask_for_raise)
    app.action("ack_alert")(acknowledge)


async def ask_for_raise(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        click = Click.model_validate(body)
        make = partial(_filled, service, click)
        await promptly(context, open_view(context, click.trigger_id, service.kinds[KIND].label, make))


async def _filled(service: Service, click: Click) -> Block:
    """Return the budget's form with what the forecast asks for. Raises ``UnknownRequest``."""
    alert = await service.alert(click.value)
    values = service.raise_for(alert)
    preview = await service.preview(KIND, values, click.user_id)
    return form(service.kinds[KIND], preview, given=values, labels={alert.project_id: alert.name})


async def acknowledge(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        click = Click.model_validate(body)
        await promptly(context, service.acknowledge(click.value, click.user_id, delivery=click.delivery))
