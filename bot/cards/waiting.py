"""What waits for somebody, as one message in the morning."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.blocks import context, date, header, inline, sections
from bot.cards.message import Message, message


def waiting(content: Mapping[str, Any]) -> Message:
    """Draw all that waits for somebody's decision; *content* is what was written when it was ordered."""
    title = f"{int(content['count'])} requests wait for your decision"
    lines = [_line(each) for each in content["requests"]]
    left = int(content["count"]) - len(lines)
    more = [f"_and {left} more_"] if left > 0 else []
    how = "`/openai approvals` lists them as they are now. This comes once a day while more than a few wait."
    return message(title, [header(title), *sections([*lines, *more], most=20), context(how)])


def _line(each: Mapping[str, Any]) -> str:
    expires = date(datetime.fromisoformat(str(each["expires_at"])), "expires")
    facts = f"asked by {inline(str(each['by']), 80)} · {expires} · `{inline(str(each['id']), 60)}`"
    return f"*{inline(str(each['title']), 150)}*\n{facts}"
