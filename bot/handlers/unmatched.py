"""Everything that no other listener takes, acknowledged: unanswered, Slack would show an error or send it again.

Buttons that only open a link arrive here, and so does what an older version of a card may still carry.
"""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

_ANYTHING = re.compile(".*", re.DOTALL)
log = structlog.get_logger(__name__)


def register(app: AsyncApp) -> None:
    """Put the listeners on *app*, after all others: Bolt takes the first that matches."""
    for listen in (app.action, app.command, app.shortcut, app.event, app.view_submission, app.view_closed):
        listen(_ANYTHING)(acknowledge)
    app.options(_ANYTHING)(offer_nothing)


async def acknowledge(context: AsyncBoltContext, body: dict[str, Any]) -> None:
    log.info("unmatched", type=body.get("type", "command"))
    await context.ack()


async def offer_nothing(context: AsyncBoltContext) -> None:
    await context.ack(options=[])
