"""Block Kit's blocks, and which of them a message, a modal and an App Home may hold."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from sandbox.slack.blockkit import cards, elements, objects, rich_text, tables
from sandbox.slack.blockkit.rules import (
    Problem,
    Rule,
    anything,
    array,
    at_least_one,
    boolean,
    by_type,
    choice,
    exactly_one,
    integer,
    shape,
    string,
)

MARKDOWN = 12_000


class Surface(StrEnum):
    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"

    @property
    def most_blocks(self) -> int:
        return 50 if self is Surface.MESSAGE else 100


_BLOCK: Mapping[str, Rule] = {"block_id": string(elements.IDENTIFIER)}

_context = by_type(
    {
        "image": elements.image,
        "plain_text": objects.any_text(2000),
        "mrkdwn": objects.any_text(2000),
    }
)

_COMMON: Mapping[str, Rule] = {
    "section": shape(
        {},
        {
            **_BLOCK,
            "text": objects.any_text(objects.TEXT),
            "fields": array(objects.any_text(2000), 10),
            "accessory": by_type({**elements.ACCESSORIES, "workflow_button": elements.workflow_button}),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "divider": shape({}, _BLOCK),
    "header": shape({"text": objects.plain(150)}, {**_BLOCK, "level": integer(4, 1)}),
    "context": shape({"elements": array(_context, 10)}, _BLOCK),
    "actions": shape(
        {"elements": array(by_type({**elements.ACTIONS, "workflow_button": elements.workflow_button}), 25)},
        _BLOCK,
    ),
    "image": shape(
        {"alt_text": string(2000, 1)},
        {
            **_BLOCK,
            "image_url": string(3000, 1),
            "slack_file": objects.slack_file,
            "title": objects.plain(2000),
        },
        exactly_one("image_url", "slack_file"),
    ),
    "rich_text": shape({"elements": rich_text.ELEMENTS}, _BLOCK),
    "video": shape(
        {
            "alt_text": string(),
            "title": objects.plain(200),
            "thumbnail_url": string(3000, 1),
            "video_url": string(3000, 1),
        },
        {
            **_BLOCK,
            "author_name": string(50),
            "description": objects.plain(200),
            "provider_icon_url": string(3000),
            "provider_name": string(),
            "title_url": string(3000),
        },
    ),
}

_MESSAGE_ONLY: Mapping[str, Rule] = {
    "markdown": shape({"text": string(MARKDOWN, 1)}, _BLOCK),
    "file": shape({"external_id": string(minimum=1), "source": choice("remote")}, _BLOCK),
    "call": shape({"call_id": string(minimum=1)}, {**_BLOCK, "api_decoration_available": boolean, "call": anything}),
    "table": tables.table,
    "data_table": tables.data_table,
    "data_visualization": tables.data_visualization,
    "context_actions": shape({"elements": array(by_type(elements.CONTEXT_ACTIONS), 5)}, _BLOCK),
    "plan": cards.plan,
    "task_card": cards.task_card,
}

_MODAL_ONLY: Mapping[str, Rule] = {
    "alert": shape(
        {"text": objects.any_text(200)},
        {**_BLOCK, "level": choice("default", "info", "warning", "error", "success")},
    ),
}

_CONTAINED = ("actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video")
"""What a container may hold on every surface; in messages also files and tables."""


def _input(inside: Mapping[str, Rule]) -> Rule:
    return shape(
        {"label": objects.plain(2000), "element": by_type(inside)},
        {**_BLOCK, "hint": objects.plain(2000), "optional": boolean, "dispatch_action": boolean},
    )


@cache
def rule_for(surface: Surface) -> Rule:
    """Return the rule that one block of *surface* obeys."""
    only = {Surface.MESSAGE: _MESSAGE_ONLY, Surface.MODAL: _MODAL_ONLY, Surface.HOME: {}}[surface]
    inside = dict(elements.INPUTS)
    if surface is not Surface.MODAL:
        del inside["file_input"]
    simple = {**_COMMON, **only, "input": _input(inside)}
    contained = {name: rule for name, rule in simple.items() if name in (*_CONTAINED, "file", "table")}
    return by_type(
        {
            **simple,
            "card": cards.card,
            "carousel": cards.carousel,
            "container": cards.container(contained),
            "auth_provider": cards.auth_provider(simple),
        }
    )


def check(blocks: Any, surface: Surface, at: str) -> Iterator[Problem]:
    """Report everything that is wrong with *blocks* on *surface*; *at* is the pointer of the list itself."""
    yield from array(rule_for(surface), surface.most_blocks, 0)(blocks, at)
    if isinstance(blocks, list):
        known = list(flattened(blocks, at))
        yield from _duplicate_blocks(known)
        yield from _duplicate_actions(known)
        yield from _message_totals([each for _, each in known], at)


def check_message(message: Any) -> Iterator[Problem]:
    """Report everything that is wrong with a whole message, its pointers beginning at its root."""
    yield from shape({}, {"blocks": anything, "attachments": array(anything, 100, 0)})(message, "")
    if isinstance(message, dict) and message.get("blocks") is not None:
        yield from check(message["blocks"], Surface.MESSAGE, "/blocks")


def interactive(block: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the elements of a block that a person can use, each with its pointer inside the block."""
    found: list[tuple[str, Any]] = []
    match block.get("type"):
        case "section" | "auth_provider":
            found = [("/accessory", block.get("accessory"))]
        case "input":
            found = [("/element", block.get("element"))]
        case "actions" | "context_actions":
            found = _each("/elements", block.get("elements"))
        case "card":
            found = _each("/actions", block.get("actions"))
    return [(at, each) for at, each in found if isinstance(each, dict) and each.get("type") != "image"]


def flattened(blocks: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every block with its pointer, those inside containers and carousels too."""
    for inside, block in _each(at, blocks):
        if isinstance(block, dict):
            yield inside, block
            name = {"container": "child_blocks", "carousel": "elements"}.get(str(block.get("type")))
            if name is not None:
                yield from flattened(block.get(name), f"{inside}/{name}")


def _each(at: str, things: Any) -> list[tuple[str, Any]]:
    return [(f"{at}/{index}", each) for index, each in enumerate(things)] if isinstance(things, list) else []


def _duplicate_blocks(blocks: list[tuple[str, dict[str, Any]]]) -> Iterator[Problem]:
    seen: set[Any] = set()
    for at, block in blocks:
        block_id = block.get("block_id")
        if block_id and block_id in seen:
            sentence = f"`block_id` must be unique, but `{block_id}` was used before"
            yield Problem(message=sentence, pointer=f"{at}/block_id", code="duplicate")
        seen.add(block_id)


def _duplicate_actions(blocks: list[tuple[str, dict[str, Any]]]) -> Iterator[Problem]:
    """Report what breaks this: an ``action_id`` is unique within its block."""
    for at, block in blocks:
        seen: set[Any] = set()
        for inside, element in interactive(block):
            action_id = element.get("action_id")
            if action_id and action_id in seen:
                sentence = f"`action_id` must be unique, but `{action_id}` was used before"
                yield Problem(message=sentence, pointer=f"{at}{inside}/action_id", code="duplicate")
            seen.add(action_id)


def _message_totals(blocks: list[dict[str, Any]], at: str) -> Iterator[Problem]:
    """Report what breaks this: markdown counts over the whole message, and only one table fits in it."""
    words = sum(len(str(each.get("text", ""))) for each in blocks if each.get("type") == "markdown")
    if words > MARKDOWN and sum(each.get("type") == "markdown" for each in blocks) > 1:
        yield Problem(message=f"markdown blocks must be less than {MARKDOWN + 1} characters together", pointer=at)
    for kind, most in {"table": 1, "data_visualization": 2}.items():
        if sum(each.get("type") == kind for each in blocks) > most:
            sentence = f"only {'one' if most == 1 else most} {kind} block{'' if most == 1 else 's'} is allowed"
            yield Problem(message=sentence, pointer=at, code=f"only_{'one' if most == 1 else most}_{kind}_allowed")
