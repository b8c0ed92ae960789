"""Opening a modal at once and filling it when its contents are known: a trigger id lives three seconds."""

from collections.abc import Awaitable, Callable

import structlog
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block, checked_view, escape
from bot.forms import loading, saying
from bot.handlers.guard import Failure, outcome_of, sentence
from bot.slack_api import FAILURES

Make = Callable[[], Awaitable[Block]]
log = structlog.get_logger(__name__)


async def open_view(context: AsyncBoltContext, trigger_id: str, title: str, make: Make) -> None:
    """Open a modal that says to wait, and have what *make* returns take its place."""
    opened = await context.client.views_open(trigger_id=trigger_id, view=loading(title))
    context["background"].spawn(fill(context, opened["view"]["id"], title, make))


async def fill(context: AsyncBoltContext, view_id: str, title: str, make: Make) -> None:
    """Show what *make* returns in the open modal; what kept it from being made is said there instead."""
    drawn = await outcome_of(_checked(make))
    if isinstance(drawn, Failure):
        drawn = saying(title, [escape(sentence(drawn.error))])
    await replace(context, view_id, drawn)


async def _checked(make: Make) -> Block:
    return checked_view(await make())


async def replace(context: AsyncBoltContext, view_id: str, view: Block, unless_changed: str | None = None) -> bool:
    """Put *view* in place of what the open modal shows.

    False when the modal was closed, or is not the one any more whose hash is *unless_changed*.
    """
    try:
        await context.client.views_update(view_id=view_id, view=view, hash=unless_changed)
    except FAILURES as failure:
        log.info("view_not_updated", view=view_id, problem=str(failure))
        return False
    return True
