"""Block Kit as plain dictionaries: harmless text, blocks within Slack's limits, a check before sending."""

from bot.blocks.build import (
    Block,
    actions,
    button,
    confirm,
    context,
    divider,
    header,
    input_block,
    modal,
    mrkdwn,
    option,
    plain,
    section,
    sections,
)
from bot.blocks.check import BlocksInvalid, Surface, checked, checked_view, problems
from bot.blocks.text import change, date, escape, inline, quote, truncate, unescape

__all__ = [
    "Block",
    "BlocksInvalid",
    "Surface",
    "actions",
    "button",
    "change",
    "checked",
    "checked_view",
    "confirm",
    "context",
    "date",
    "divider",
    "escape",
    "header",
    "inline",
    "input_block",
    "modal",
    "mrkdwn",
    "option",
    "plain",
    "problems",
    "quote",
    "section",
    "sections",
    "truncate",
    "unescape",
]
