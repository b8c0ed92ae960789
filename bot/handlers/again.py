"""*Ask again* and *Change*: the form of what was asked for before, filled in as it was."""

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
from workflows.model import Reference, Request
from workflows.service import Service


def register(app: AsyncApp) -> None:
    app.action("again")(ask_again)
    app.action("edit")(change)


async def ask_again(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        click = Click.model_validate(body)
        make = partial(_filled, service, click)
        await promptly(context, open_view(context, click.trigger_id, "Ask again", make))


async def change(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        click = Click.model_validate(body)
        await promptly(context, open_view(context, click.trigger_id, "Change", partial(_as_it_stands, service, click)))


async def _as_it_stands(service: Service, click: Click) -> Block:
    """Return the form of what waits. Raises ``NotAllowed`` for who did not ask for it, ``Conflict`` when it is late."""
    request, values = await service.editable(Reference.parse(click.value).request_id, click.user_id)
    return await _form(service, request, values, click.user_id, metadata=str(Reference.of(request)))


async def _filled(service: Service, click: Click) -> Block:
    """Return the form. Raises ``NotAllowed`` for who did not ask for it."""
    request, values = await service.again(Reference.parse(click.value).request_id, click.user_id)
    return await _form(service, request, values, click.user_id)


async def _form(
    service: Service, request: Request, values: Mapping[str, Any], user: str, *, metadata: str = ""
) -> Block:
    preview = await service.preview(request.kind, values, user)
    labels = {request.project_id: request.project_name} if request.project_name else {}
    return form(service.kinds[request.kind], preview, given=values, labels=labels, metadata=metadata)
