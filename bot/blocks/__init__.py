"""Block Kit as plain dictionaries: harmless text, blocks within Slack's limits, a check before sending."""

from bot.blocks.build import (
    Block,
    actions,
    button,
    confirm,
    context,
    divider,
    header,
    image,
    input_block,
    modal,
    mrkdwn,
    option,
    plain,
    section,
    sections,
)
from bot.blocks.check import BlocksInvalid, Surface, checked, checked_view, problems
from bot.blocks.table import Strong, table
from bot.blocks.text import change, date, escape, inline, quote, truncate, unescape

__all__ = [
    "Block",
    "BlocksInvalid",
    "Strong",
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
    "image",
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
    "table",
    "truncate",
    "unescape",
]
