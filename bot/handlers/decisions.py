"""The buttons on cards: approve, ask, answer, offer less, deny, cancel, try again, take back, extend, give back."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block
from bot.forms import answer, approve_note, ask, deny
from bot.forms.emergency import emergency, wrong
from bot.forms.narrow import narrow
from bot.handlers.guard import answering, promptly
from bot.payloads import Click
from workflows.model import Reference, Verdict
from workflows.service import Service

Act = Callable[[AsyncBoltContext, Click, Service], Awaitable[None]]


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


def _writes(dialog: Callable[[Reference, str], Block]) -> Act:
    """Return an act that asks for some words first; nothing happens until they are sent."""

    async def opens(context: AsyncBoltContext, click: Click, service: Service) -> None:
        reference = Reference.parse(click.value)
        request = (await service.dossier(reference.request_id)).request
        await context.client.views_open(trigger_id=click.trigger_id, view=dialog(reference, request.title))

    return opens


async def _narrow(context: AsyncBoltContext, click: Click, service: Service) -> None:
    """Ask what would be approved instead."""
    reference = Reference.parse(click.value)
    request, fields = await service.narrowable(reference, click.user_id)
    kind = service.kinds[request.kind]
    view = narrow(reference, request, kind, fields, kind.filled_in(request.params))
    await context.client.views_open(trigger_id=click.trigger_id, view=view)


def _replies(call: Callable[..., Awaitable[object]]) -> Act:
    """Return an act that answers an offer; its number stands where a stage does."""

    async def acts(context: AsyncBoltContext, click: Click, service: Service) -> None:
        del context
        offer = Reference.parse(click.value)
        await call(service, offer.request_id, offer.stage, click.user_id, delivery=click.delivery)

    return acts


async def _emergency(context: AsyncBoltContext, click: Click, service: Service) -> None:
    """Ask why it cannot wait; nothing happens until that is answered."""
    reference = Reference.parse(click.value)
    request, last = await service.breakable(reference, click.user_id)
    await context.client.views_open(trigger_id=click.trigger_id, view=emergency(reference, request, last))


async def _review_right(context: AsyncBoltContext, click: Click, service: Service) -> None:
    del context
    request_id = Reference.parse(click.value).request_id
    await service.find(request_id, click.user_id, right=True, delivery=click.delivery)


async def _answer(context: AsyncBoltContext, click: Click, service: Service) -> None:
    """Ask for the answer; the number of the question stands where a stage does."""
    reference = Reference.parse(click.value)
    inquiry = await service.question_of(reference.request_id, reference.stage, click.user_id)
    await context.client.views_open(trigger_id=click.trigger_id, view=answer(str(reference), inquiry.text))


def _does(call: Callable[..., Awaitable[object]]) -> Act:
    """Return an act that is one call of the service, about the request alone."""

    async def acts(context: AsyncBoltContext, click: Click, service: Service) -> None:
        del context
        await call(service, Reference.parse(click.value).request_id, click.user_id, delivery=click.delivery)

    return acts


_ACTS: Mapping[str, Act] = {
    "approve": _approve,
    "approve_note": _writes(approve_note),
    "ask": _writes(ask),
    "answer": _answer,
    "emergency": _emergency,
    "review_right": _review_right,
    "review_wrong": _writes(wrong),
    "narrow": _narrow,
    "accept": _replies(Service.accept_offer),
    "decline": _replies(Service.decline_offer),
    "deny": _writes(deny),
    "cancel": _does(Service.cancel),
    "retry": _does(Service.retry),
    "abandon": _does(Service.abandon),
    "extend": _does(Service.extend),
    "give_back": _does(Service.give_back),
}
