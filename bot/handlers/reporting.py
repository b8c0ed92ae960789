"""The words after `/openai` that answer about the whole organisation's money."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from slack_bolt.context.async_context import AsyncBoltContext

from bot import cards
from bot.cards import Message
from workflows.reports import Reports
from workflows.service import Service

PROVIDED = "reports"
"""What the listeners find ``Reports`` under."""


async def showback(reports: Reports, user: str, rest: str) -> Message:
    return cards.showback(await reports.showback(user, rest))


async def commitments(reports: Reports, user: str, rest: str) -> Message:
    del rest
    return cards.commitments(await reports.commitments(user))


async def raises(reports: Reports, user: str, rest: str) -> Message:
    return cards.raises(await reports.raises(user, rest))


WORDS: Mapping[str, Callable[[Reports, str, str], Awaitable[Message]]] = {
    "showback": showback,
    "commitments": commitments,
    "raises": raises,
}


def answers(context: AsyncBoltContext) -> Mapping[str, Callable[[Service, str, str], Awaitable[Message]]]:
    """Return word → how it is answered, of those that this module knows."""
    return {word: partial(_answered, context, word) for word in WORDS}


async def _answered(context: AsyncBoltContext, word: str, service: Service, user: str, rest: str) -> Message:
    del service
    reports: Reports = context[PROVIDED]
    return await WORDS[word](reports, user, rest)
