"""What type-ahead offers: projects, people and models, found in what we know already."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block, escape, option
from bot.blocks.limits import OPTION_VALUE, OPTIONS
from bot.forms import SUBMIT
from bot.forms.elements import ACTION
from bot.handlers.guard import promptly
from bot.payloads import Suggestion
from workflows.kind import Element
from workflows.service import Service

_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
log = structlog.get_logger(__name__)


def register(app: AsyncApp) -> None:
    app.options(ACTION)(offer)


async def offer(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    """Answer with at most 100 options; without an answer Slack would show an error in place of the list."""
    options: list[Block] = []
    try:
        suggestion = Suggestion.model_validate(body)
        options = await promptly(context, _options(service, suggestion))
    except Exception as error:
        log.exception("no_choices", error=type(error).__name__)
    await context.ack(options=options[:OPTIONS])


async def _options(service: Service, suggestion: Suggestion) -> list[Block]:
    kind = service.kinds.get((suggestion.view.callback_id if suggestion.view else "").removeprefix(SUBMIT))
    ask = kind.asks().get(suggestion.block_id) if kind else None
    find = _FINDERS.get(ask.element) if ask else None
    found = await find(service, suggestion.value.strip()) if find else {}
    return [option(escape(label), value) for value, label in found.items() if 0 < len(value) <= OPTION_VALUE]


async def _projects(service: Service, text: str) -> dict[str, str]:
    """Return id → name; of two projects with one name, both ids are shown."""
    found = [each for each in await service.organization.search_projects(text, OPTIONS) if not each.archived]
    times = Counter(each.name for each in found)
    return {each.id: each.name if times[each.name] == 1 else f"{each.name} ({each.id})" for each in found}


async def _people(service: Service, text: str) -> dict[str, str]:
    """Return address → name: people of Slack, users of the organisation, and an address typed whole."""
    users = await service.organization.search_users(text, OPTIONS)
    found = {each.email.lower(): each.name for each in users if each.email}
    found |= {each.email: each.name for each in await service.directory.search(text, OPTIONS)}
    offered = {email: f"{name} ({email})" if name else email for email, name in found.items()}
    typed = text.lower()
    if _ADDRESS.fullmatch(typed) and typed not in offered:
        return {typed: f"Invite {typed}", **offered}
    return offered


async def _models(service: Service, text: str) -> dict[str, str]:
    return {each: each for each in await service.organization.search_models(text, OPTIONS)}


_FINDERS: Mapping[Element, Callable[[Service, str], Awaitable[dict[str, str]]]] = {
    Element.PROJECT: _projects,
    Element.PEOPLE: _people,
    Element.MODELS: _models,
}
