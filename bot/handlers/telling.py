"""Saying something to one person alone, as near as possible to where they acted."""

from collections.abc import Awaitable, Callable

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.blocks import escape, section
from bot.cards import Message
from bot.payloads import Place
from bot.slack_api import FAILURES

_OK = 200
log = structlog.get_logger(__name__)


async def tell(client: AsyncWebClient, where: Place, said: Message | str) -> None:
    """Say it by the first way that works: an ephemeral message, the payload's ``response_url``, a direct message.

    An ephemeral message needs the person and the bot in the channel; a ``response_url`` works half an hour, for a
    command also where the bot is no member. Never raises: there is nobody left to tell.
    """
    message = Message(text=escape(said), blocks=[section(escape(said))]) if isinstance(said, str) else said
    ways: list[Callable[[AsyncWebClient, Place, Message], Awaitable[bool]]] = [_ephemeral, _responding, _directly]
    if where.command:
        ways = [_responding, _directly]
    for way in ways:
        try:
            if await way(client, where, message):
                return
        except FAILURES as failure:
            log.info("not_told", way=way.__name__, problem=type(failure).__name__)
    log.warning("nobody_told", user=where.user)


async def _ephemeral(client: AsyncWebClient, where: Place, message: Message) -> bool:
    if not (where.channel and where.user):
        return False
    await client.chat_postEphemeral(
        channel=where.channel,
        user=where.user,
        thread_ts=where.thread_ts or None,
        text=message.text,
        blocks=message.blocks,
    )
    return True


async def _responding(client: AsyncWebClient, where: Place, message: Message) -> bool:
    if not where.response_url:
        return False
    hook = AsyncWebhookClient(where.response_url, session=client.session, retry_handlers=[])
    answer = await hook.send(
        text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
    )
    return answer.status_code == _OK


async def _directly(client: AsyncWebClient, where: Place, message: Message) -> bool:
    if not where.user:
        return False
    await client.chat_postMessage(channel=where.user, text=message.text, blocks=message.blocks)
    return True
