"""Who can do what: the select of a project under that question, in a message or in the launcher."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import cards
from bot.blocks import Block
from bot.cards.who import WHO
from bot.forms import saying
from bot.handlers.choices import Look, answer, projects
from bot.handlers.guard import answering, promptly
from bot.handlers.opening import fill, open_view
from bot.handlers.words import as_blocks
from bot.payloads import Click, Suggestion
from workflows.service import Service

_TITLE = "Who can do what"


def register(app: AsyncApp) -> None:
    app.options(WHO)(offer)
    app.action(WHO)(show)


async def offer(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    await answer(context, partial(_projects, body, service))


async def _projects(body: dict[str, Any], service: Service) -> dict[str, str]:
    return await projects(Look(service=service, text=Suggestion.model_validate(body).value.strip()))


async def show(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    """Show it where the question stands, or in a modal of its own when that is a message."""
    async with answering(context, body):
        click = Click.model_validate(body)
        make = partial(_answered, service, click)
        if click.view is not None:
            context["background"].spawn(fill(context, click.view.id, _TITLE, make))
        elif click.chosen:
            await promptly(context, open_view(context, click.trigger_id, _TITLE, make))


async def _answered(service: Service, click: Click) -> Block:
    message = cards.who(await service.who(click.chosen, click.user_id)) if click.chosen else cards.asking()
    return saying(_TITLE, [], as_blocks(message))
