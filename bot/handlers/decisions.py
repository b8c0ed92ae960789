"""The buttons on cards: approve, ask, answer, deny, cancel, try again, take back, extend, give back."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.forms import answer, approve_note, ask, deny
from bot.handlers.guard import answering, promptly
from bot.payloads import Click
from workflows.model import Reference, Verdict
from workflows.service import Service


def register(app: AsyncApp) -> None:
    app.action(re.compile(f"^({'|'.join(_ACTS)})$"))(decide)


async def decide(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    """Do what the button says before Slack is answered: what was answered is stored."""
    async with answering(context, body):
        click = Click.model_validate(body)
        await promptly(context, _carried_out(context, click, service))


async def _carried_out(context: AsyncBoltContext, click: Click, service: Service) -> None:
    await _ACTS[click.action_id](context, click, service)


async def _approve(context: AsyncBoltContext, click: Click, service: Service) -> None:
    del context
    reference = Reference.parse(click.value)
    await service.decide(reference, click.user_id, Verdict.APPROVE, delivery=click.delivery)


async def _deny(context: AsyncBoltContext, click: Click, service: Service) -> None:
    """Ask why first; nothing is decided until that is answered."""
    reference = Reference.parse(click.value)
    request = (await service.dossier(reference.request_id)).request
    await context.client.views_open(trigger_id=click.trigger_id, view=deny(reference, request.title))


async def _approve_note(context: AsyncBoltContext, click: Click, service: Service) -> None:
    reference = Reference.parse(click.value)
    request = (await service.dossier(reference.request_id)).request
    await context.client.views_open(trigger_id=click.trigger_id, view=approve_note(reference, request.title))


async def _ask(context: AsyncBoltContext, click: Click, service: Service) -> None:
    reference = Reference.parse(click.value)
    request = (await service.dossier(reference.request_id)).request
    await context.client.views_open(trigger_id=click.trigger_id, view=ask(reference, request.title))


async def _answer(context: AsyncBoltContext, click: Click, service: Service) -> None:
    """Ask for the answer; the number of the question stands where a stage does."""
    reference = Reference.parse(click.value)
    inquiry = await service.question_of(reference.request_id, reference.stage, click.user_id)
    await context.client.views_open(trigger_id=click.trigger_id, view=answer(str(reference), inquiry.text))


async def _cancel(context: AsyncBoltContext, click: Click, service: Service) -> None:
    del context
    await service.cancel(Reference.parse(click.value).request_id, click.user_id, delivery=click.delivery)


async def _retry(context: AsyncBoltContext, click: Click, service: Service) -> None:
    del context
    await service.retry(Reference.parse(click.value).request_id, click.user_id, delivery=click.delivery)


async def _abandon(context: AsyncBoltContext, click: Click, service: Service) -> None:
    del context
    await service.abandon(Reference.parse(click.value).request_id, click.user_id, delivery=click.delivery)


async def _extend(context: AsyncBoltContext, click: Click, service: Service) -> None:
    del context
    await service.extend(Reference.parse(click.value).request_id, click.user_id, delivery=click.delivery)


async def _give_back(context: AsyncBoltContext, click: Click, service: Service) -> None:
    del context
    await service.give_back(Reference.parse(click.value).request_id, click.user_id, delivery=click.delivery)


_ACTS: Mapping[str, Callable[[AsyncBoltContext, Click, Service], Awaitable[None]]] = {
    "approve": _approve,
    "approve_note": _approve_note,
    "ask": _ask,
    "answer": _answer,
    "deny": _deny,
    "cancel": _cancel,
    "retry": _retry,
    "abandon": _abandon,
    "extend": _extend,
    "give_back": _give_back,
}
