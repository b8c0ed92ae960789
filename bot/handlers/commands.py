"""The slash command: `/openai [word] [project]`."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.cards import Message
from bot.forms import launcher
from bot.handlers.guard import answering, promptly
from bot.handlers.opening import open_view
from bot.handlers.telling import tell
from bot.handlers.words import answers, modals, unknown
from bot.payloads import Command, place
from workflows.service import Service


def register(app: AsyncApp) -> None:
    app.command("/openai")(openai)


async def openai(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        command = Command.model_validate(body)
        if not command.word:
            await promptly(context, _launch(context, command, service))
            return
        offered = modals(service)
        if command.word in offered:
            title, make = offered[command.word]
            filled = partial(make, service, command.user_id, command.rest)
            await promptly(context, open_view(context, command.trigger_id, title, filled))
            return
        message = await promptly(
            context, _answer(context, command, service), lambda late: tell(context.client, place(body), late)
        )
        await context.ack(text=message.text, blocks=message.blocks, response_type="ephemeral")


async def _launch(context: AsyncBoltContext, command: Command, service: Service) -> None:
    await context.client.views_open(trigger_id=command.trigger_id, view=launcher(service.kinds.values()))


async def _answer(context: AsyncBoltContext, command: Command, service: Service) -> Message:
    known = answers(context)
    if command.word in known:
        return await known[command.word](service, command.user_id, command.rest)
    return await unknown(service, command.word)
