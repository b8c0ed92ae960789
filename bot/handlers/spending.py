"""`/openai spend`: the answer at once, and the chart after it when it is drawn.

Slack shows an app's private file in no ephemeral message and takes none through a ``response_url``
(github.com/slackapi/node-slack-sdk/issues/1790, java-slack-sdk/issues/1349), so the chart goes by direct message.
"""

from functools import partial

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import cards
from bot.blocks import image, inline, section
from bot.cards import Message
from bot.charts.chart import Picture
from bot.charts.months import chart_of
from bot.handlers.projects import matching, which
from bot.pictures import Pictures
from bot.slack_api import FAILURES
from workflows.budgets.statements import Statement, Statements
from workflows.service import Service

WORD = "spend"
log = structlog.get_logger(__name__)


async def spend(context: AsyncBoltContext, service: Service, user: str, rest: str) -> Message:
    """Tell what the project that is named spends, or what all do that concern the person.

    Raises ``NotAllowed`` for whom a project's spend is no business of, ``Refusal`` while it cannot be told.
    """
    statements: Statements = context["statements"]
    if not rest:
        return cards.overview(await statements.overview(user))
    found = await matching(service, rest)
    if len(found) != 1:
        said = inline(await which(service, rest, found), 500)
        return Message(text=said, blocks=[section(said)])
    told = await statements.of(found[0].id, user)
    pictures: Pictures = context["pictures"]
    context["background"].spawn(_send(context.client, pictures, user, told))
    return cards.statement(told, chart=True)


async def _send(client: AsyncWebClient, pictures: Pictures, user: str, told: Statement) -> None:
    """Bring the chart as a direct message, or say there that it could not be made."""
    picture = await pictures.make(chart_of(told.project.name, told.period, told))
    try:
        await pictures.shown(partial(_post, client, user, told), picture)
    except FAILURES as failure:
        log.warning("chart_not_sent", user=user, problem=str(failure))


async def _post(client: AsyncWebClient, user: str, told: Statement, picture: Picture | None) -> None:
    title = f"*Spend of {inline(told.project.name, 80)}*"
    if picture is None:
        said = f"{title}\nThe chart could not be made just now."
        await client.chat_postMessage(channel=user, text=said, blocks=[section(said)])
        return
    drawn = [section(title), image(picture.file, picture.alt)]
    await client.chat_postMessage(channel=user, text=inline(picture.alt, 1000), blocks=drawn)
