"""The launcher's buttons: each shows in the same modal what its word would show after the slash command."""

import re
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block
from bot.forms import LAUNCH, saying
from bot.handlers.guard import answering
from bot.handlers.opening import Make, fill
from bot.handlers.words import answers, as_blocks, modals, usage
from bot.payloads import Click
from workflows.service import Service

_TITLE = "OpenAI projects"


def register(app: AsyncApp) -> None:
    app.action(re.compile(f"^{re.escape(LAUNCH)}"))(launch)


async def launch(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        click = Click.model_validate(body)
        word = click.action_id.removeprefix(LAUNCH)
        title, make = _modal(context, word, click, service)
        if click.view is not None:
            context["background"].spawn(fill(context, click.view.id, title, make))


def _modal(context: AsyncBoltContext, word: str, click: Click, service: Service) -> tuple[str, Make]:
    offered = modals(service)
    if word in offered:
        title, make = offered[word]
        return title, partial(make, service, click.user_id, "")
    return _TITLE, partial(_answered, context, word, click, service)


async def _answered(context: AsyncBoltContext, word: str, click: Click, service: Service) -> Block:
    message = await answers(context).get(word, usage)(service, click.user_id, "")
    return saying(_TITLE, [], as_blocks(message))
