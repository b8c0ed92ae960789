"""Block Kit judged as Slack judges it: pure functions from JSON to the list of what is wrong with it."""

import copy
import secrets
from typing import Any

from sandbox.slack.blockkit import blocks as _blocks
from sandbox.slack.blockkit import views as _views
from sandbox.slack.blockkit.blocks import Surface, flattened, interactive
from sandbox.slack.blockkit.rules import Problem

__all__ = [
    "Problem",
    "Surface",
    "blocks_problems",
    "flattened",
    "identified",
    "interactive",
    "message_problems",
    "view_problems",
]


def blocks_problems(blocks: Any, surface: Surface = Surface.MESSAGE, at: str = "/blocks") -> list[Problem]:
    """Return everything wrong with a list of blocks; pointers begin with *at*."""
    return list(_blocks.check(blocks, surface, at))


def message_problems(message: Any) -> list[Problem]:
    """Return everything wrong with a message as ``blocks.validate`` takes it: blocks and attachments, no text."""
    return list(_blocks.check_message(message))


def view_problems(view: Any, *surfaces: Surface, at: str = "/view") -> list[Problem]:
    """Return everything wrong with a modal or an App Home; pointers begin with *at*."""
    return list(_views.check(view, at, *surfaces))


def identified(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a copy in which every block and every interactive element has an id, as in Slack's answers."""
    found = copy.deepcopy(blocks)
    for _, block in flattened(found):
        block["block_id"] = block.get("block_id") or secrets.token_urlsafe(4)
        for _, element in interactive(block):
            element["action_id"] = element.get("action_id") or secrets.token_urlsafe(4)
    return found
