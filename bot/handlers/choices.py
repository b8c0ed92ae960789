"""What type-ahead offers: projects, people, models, and what the form's project has, found in what we know already."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block, escape, option, truncate
from bot.blocks.limits import OPTION_TEXT, OPTION_VALUE, OPTIONS
from bot.cards.words import last_used
from bot.forms import SUBMIT, values
from bot.forms.elements import ACTION, ROLES
from bot.forms.quote import QUOTE
from bot.handlers.guard import Late, promptly
from bot.payloads import Suggestion
from workflows.errors import WorkflowError
from workflows.kind import Element
from workflows.service import Service

_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_SHOWN_OF_KEY = 4
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Look:
    """Somebody looks into a select: what they typed, and the form's project, empty before one is chosen."""

    service: Service
    text: str
    project: str = ""

    def fits(self, *words: str) -> bool:
        return any(self.text.casefold() in each.casefold() for each in words)


Find = Callable[[Look], Awaitable[dict[str, str]]]
"""Returns value → label."""


def register(app: AsyncApp) -> None:
    app.options(ACTION)(offer)


async def offer(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    """Offer what the field that is looked into can be."""
    await answer(context, partial(_found, body, service))


async def answer(context: AsyncBoltContext, find: Callable[[], Awaitable[Mapping[str, str]]]) -> None:
    """Offer at most 100 of what is found; without an answer Slack would show an error in place of the list."""
    options: list[Block] = []
    try:
        options = await promptly(context, _options(find))
    except (Late, WorkflowError) as problem:
        log.info("no_choices", problem=str(problem))
    except Exception as error:
        log.exception("no_choices", error=type(error).__name__)
    await context.ack(options=options[:OPTIONS])


async def _options(find: Callable[[], Awaitable[Mapping[str, str]]]) -> list[Block]:
    return [option(escape(label), value) for value, label in (await find()).items() if 0 < len(value) <= OPTION_VALUE]


async def _found(body: dict[str, Any], service: Service) -> dict[str, str]:
    suggestion = Suggestion.model_validate(body)
    if suggestion.view is not None and suggestion.view.callback_id == QUOTE:
        return await _OF_QUOTE[suggestion.block_id](Look(service=service, text=suggestion.value.strip()))
    kind = service.kinds.get((suggestion.view.callback_id if suggestion.view else "").removeprefix(SUBMIT))
    ask = kind.asks().get(suggestion.block_id) if kind else None
    find = _FINDERS.get(ask.element) if ask else None
    given = values(suggestion.view.state).get("project", "") if suggestion.view else ""
    return await find(Look(service=service, text=suggestion.value.strip(), project=str(given))) if find else {}


def _told_apart(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return id → name; of two things with one name, both ids are shown."""
    pairs = list(named)
    times = Counter(name for _, name in pairs)
    return {each: name if times[name] == 1 else f"{name} ({each})" for each, name in pairs}


async def projects(look: Look) -> dict[str, str]:
    found = await look.service.organization.search_projects(look.text, OPTIONS)
    return _told_apart((each.id, each.name) for each in found if not each.archived)


async def _people(look: Look) -> dict[str, str]:
    """Return address → name: people of Slack, users of the organisation, and an address typed whole."""
    users = await look.service.organization.search_users(look.text, OPTIONS)
    found = {each.email.lower(): each.name for each in users if each.email}
    found |= {each.email: each.name for each in await look.service.directory.search(look.text, OPTIONS)}
    offered = {email: f"{name} ({email})" if name else email for email, name in found.items()}
    typed = look.text.lower()
    if _ADDRESS.fullmatch(typed) and typed not in offered:
        return {typed: f"Invite {typed}", **offered}
    return offered


async def _models(look: Look) -> dict[str, str]:
    return {each: each for each in await look.service.organization.search_models(look.text, OPTIONS)}


async def _keys(look: Look) -> dict[str, str]:
    if not look.project:
        return {}
    found = await look.service.organization.keys(look.project)
    now = look.service.now()
    fitting = [each for each in found if look.fits(each.id, each.name, each.redacted, each.owner_name)]
    return {each.id: key_label(each.name, each.redacted, each.last_used_at, now) for each in fitting}


def key_label(name: str, redacted: str, used: datetime | None, now: datetime) -> str:
    """Name a key so that two of one name are told apart, however long the name is."""
    rest = f" · sk-…{redacted[-_SHOWN_OF_KEY:]} · {last_used(used, now)}"
    return truncate(name, OPTION_TEXT - len(rest)) + rest


async def _scopes(look: Look) -> dict[str, str]:
    """Return what any role of the project permits: OpenAI has no other list of scopes."""
    if not look.project:
        return {}
    roles = await look.service.organization.roles(look.project)
    permissions = sorted({each for role in roles for each in role.permissions})
    return {each: each for each in permissions if look.fits(each)}


async def _groups(look: Look) -> dict[str, str]:
    found = await look.service.organization.groups()
    return _told_apart((each.id, each.name) for each in found if look.fits(each.id, each.name))


async def _roles(look: Look) -> dict[str, str]:
    """Return the roles that every project has, then the organisation's own ones."""
    found = await look.service.organization.roles(look.project) if look.project else []
    own = _told_apart((each.id, each.name) for each in found if not each.predefined)
    return {role: name for role, name in (ROLES | own).items() if look.fits(role, name)}


_OF_QUOTE: Mapping[str, Find] = {"project": projects, "model": _models}
_FINDERS: Mapping[Element, Find] = {
    Element.PROJECT: projects,
    Element.PERSON: _people,
    Element.PEOPLE: _people,
    Element.MODEL: _models,
    Element.MODELS: _models,
    Element.KEY: _keys,
    Element.SCOPES: _scopes,
    Element.GROUP: _groups,
    Element.ROLE: _roles,
}
