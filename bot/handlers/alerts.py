"""The buttons of an alert: ask for a raise or a pause with the form filled in, and say that somebody sees to it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block
from bot.forms import form
from bot.handlers.guard import answering, promptly
from bot.handlers.opening import open_view
from bot.payloads import Click
from workflows.model import Alert
from workflows.service import Service

RAISE, PAUSE = "budget", "pause"


def register(app: AsyncApp) -> None:
    app.action("raise")(ask_for_raise)
    app.action("pause")(ask_for_pause)
    app.action("ack_alert")(acknowledge)


async def ask_for_raise(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        click = Click.model_validate(body)
        make = partial(_filled, service, click)
        await promptly(context, open_view(context, click.trigger_id, service.kinds[RAISE].label, make))


async def _filled(service: Service, click: Click) -> Block:
    """Return the budget's form with what the forecast asks for. Raises ``UnknownRequest``."""
    alert = await service.alert(click.value)
    return await _form(service, click, RAISE, service.raise_for(alert), alert)


async def ask_for_pause(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        click = Click.model_validate(body)
        make = partial(_pausing, service, click)
        await promptly(context, open_view(context, click.trigger_id, service.kinds[PAUSE].label, make))


async def _pausing(service: Service, click: Click) -> Block:
    """Return the pause's form. Raises ``NotAllowed`` for who is no owner, ``UnknownRequest``."""
    values = await service.pause_for(click.value, click.user_id, delivery=click.delivery)
    return await _form(service, click, PAUSE, values, await service.alert(click.value))


async def _form(service: Service, click: Click, kind: str, values: Mapping[str, str], alert: Alert) -> Block:
    preview = await service.preview(kind, values, click.user_id)
    return form(service.kinds[kind], preview, given=values, labels={alert.project_id: alert.name})


async def acknowledge(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        click = Click.model_validate(body)
        await promptly(context, service.acknowledge(click.value, click.user_id, delivery=click.delivery))
