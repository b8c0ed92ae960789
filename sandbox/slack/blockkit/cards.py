"""Blocks that hold more than one thing: cards, carousels, containers, plans of tasks, providers to sign in to."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blockkit import elements, objects, rich_text
from sandbox.slack.blockkit.rules import (
    Problem,
    Rule,
    array,
    at_least_one,
    boolean,
    by_type,
    choice,
    pattern,
    shape,
    string,
)

_BLOCK: Mapping[str, Rule] = {"block_id": string(elements.IDENTIFIER)}
_image = by_type({"image": elements.image})
_rich_text = rich_text.BLOCK
_source = by_type({"url": shape({"url": string(objects.TEXT, 1), "text": string(minimum=1)}, {})})
_MANY = 100

# docs.slack.dev/reference/block-kit/blocks/card-block
card = shape(
    {},
    {
        **_BLOCK,
        "hero_image": _image,
        "icon": _image,
        "title": objects.any_text(150),
        "subtitle": objects.any_text(150),
        "body": objects.any_text(200),
        "actions": array(by_type({"button": elements.button}), 3),
    },
    at_least_one("hero_image", "title", "actions", "body"),
)

# docs.slack.dev/reference/block-kit/blocks/carousel-block
carousel = shape({"elements": array(by_type({"card": card}), 10)}, _BLOCK)

# docs.slack.dev/reference/block-kit/blocks/task-card-block
task_card = shape(
    {"task_id": string(minimum=1), "title": string(minimum=1)},
    {
        **_BLOCK,
        "details": _rich_text,
        "output": _rich_text,
        "sources": array(_source, _MANY, 0),
        "status": choice("pending", "in_progress", "complete", "error"),
    },
)

# docs.slack.dev/reference/block-kit/blocks/plan-block
plan = shape({"title": string(minimum=1)}, {**_BLOCK, "tasks": array(by_type({"task_card": task_card}), _MANY, 0)})

_secure = pattern(lambda url: len(url) <= objects.TEXT and url.startswith("https://"), "must be an HTTPS URL")


def container(inside: Mapping[str, Rule]) -> Rule:
    """Make the rule of a container whose children are of the kinds *inside*."""
    return shape(
        {"child_blocks": array(by_type(inside), 10)},
        {
            **_BLOCK,
            "title": objects.plain(150),
            "rich_text_title": _rich_text,
            "subtitle": objects.any_text(150),
            "width": choice("narrow", "standard", "wide", "full"),
            "icon": _image,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        at_least_one("title", "rich_text_title"),
        _collapsing,
    )


def auth_provider(inside: Mapping[str, Rule]) -> Rule:
    """Make the rule of a provider's block, with blocks of the kinds *inside* to fall back on."""
    return shape(
        {"value": string(150, 1), "name": objects.plain(75), "is_connected": boolean},
        {
            **_BLOCK,
            "description": objects.plain(150),
            "icon_url": _secure,
            "auth_url": _secure,
            "disconnect_url": _secure,
            "connected_identity": objects.plain(75),
            "connected_context": objects.plain(75),
            "accessory": by_type({"overflow": elements.overflow}),
            "fallback": array(by_type(inside), 50, 0),
        },
    )


def _collapsing(value: Any, at: str) -> Iterator[Problem]:
    """Report what breaks this: what starts collapsed can be opened, and has no divider under its header."""
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield Problem(message="`default_collapsed` requires `is_collapsible`", pointer=f"{at}/default_collapsed")
    if value.get("has_header_divider") and value.get("is_collapsible"):
        sentence = "`has_header_divider` cannot be set when `is_collapsible` is true"
        yield Problem(message=sentence, pointer=f"{at}/has_header_divider")
