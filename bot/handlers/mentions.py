"""A mention of the bot in a request's thread: `approve`, `deny <reason>`, `status`, or an answer."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.cards import Message, card
from bot.handlers.guard import answering
from bot.handlers.telling import tell
from bot.payloads import Mention, place
from bot.replies import DENY_HOW, MENTION_HELP
from workflows.model import Dossier, Reference, Verdict
from workflows.service import Service

Reply = Message | str | None


def register(app: AsyncApp) -> None:
    app.event("app_mention")(mentioned)


async def mentioned(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        mention = Mention.model_validate(body)
        if not mention.user_id or mention.bot_id:
            return
        reply = await _reply(mention, service)
        if reply:
            await tell(context.client, place(body), reply)


async def _reply(mention: Mention, service: Service) -> Reply:
    word, rest = mention.said
    act = _ACTS.get(word)
    found = await service.find_thread(mention.channel, mention.thread_ts) if mention.thread_ts else None
    if found is None:
        return MENTION_HELP
    if (act is None or rest) and await service.waits_for_answer(found, mention.user_id):
        return await _answer(service, mention, found)
    if act is None:
        return MENTION_HELP
    return await act(service, mention, await service.dossier(found), rest)


async def _answer(service: Service, mention: Mention, request_id: str) -> Reply:
    """Take what the requester says for the answer to what was asked of them."""
    word, rest = mention.said
    said = mention.spoken if word != "answer" or not rest else rest
    await service.answer(request_id, 0, mention.user_id, said, delivery=mention.event_id)
    return None


async def _approve(service: Service, mention: Mention, dossier: Dossier, rest: str) -> Reply:
    """Approve the stage that waits now; the note in the thread tells everybody."""
    reference = _reference(dossier)
    await service.decide(reference, mention.user_id, Verdict.APPROVE, rest, delivery=mention.event_id)
    return None


async def _deny(service: Service, mention: Mention, dossier: Dossier, rest: str) -> Reply:
    if not rest:
        return DENY_HOW
    reference = _reference(dossier)
    await service.decide(reference, mention.user_id, Verdict.DENY, rest, delivery=mention.event_id)
    return None


async def _status(service: Service, mention: Mention, dossier: Dossier, rest: str) -> Reply:
    del service, mention, rest
    return card(dossier, buttons=False)


def _reference(dossier: Dossier) -> Reference:
    return Reference.of(dossier.request)


_ACTS: Mapping[str, Callable[[Service, Mention, Dossier, str], Awaitable[Reply]]] = {
    "approve": _approve,
    "deny": _deny,
    "status": _status,
}
