"""That somebody is away: for who decides meanwhile, and for who came back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.blocks import context, date, inline, section
from bot.cards.message import Message, message
from workflows.model import Absence

_HOW = "What waits for you then stands in `/openai approvals`. Their name stands beside yours wherever you decide."


def away_notice(content: Mapping[str, Any]) -> Message:
    """Tell somebody what was handed over to them, that it ended, or that their own stand-in is away."""
    by, delegate = (f"*{inline(str(content[each]), 80)}*" for each in ("by", "delegate"))
    since, until = (datetime.fromisoformat(str(content[each])) for each in ("since", "until"))
    match content["what"]:
        case "set":
            said = (
                f"🌴 {by} is away {date(since, 'from')} {date(until, 'to')}, and you decide in their place meanwhile."
            )
            return message(said, [section(said), context(_HOW)])
        case "ended":
            said = f"👋 {by} is back: you do not decide in their place any more."
            return message(said, [section(said)])
        case _:
            said = f"⚠️ {delegate}, who decides in your place {date(until, 'until')}, is away meanwhile as well."
            how = "So it is you who is waited for. `/openai away` chooses somebody else."
            return message(said, [section(said), context(how)])


def came_back(ended: Absence) -> Message:
    said = f"Welcome back. {inline(ended.delegate.name, 80)} does not decide in your place any more."
    return message(said, [section(said)])


def nothing_handed_over() -> Message:
    said = "Nobody decides in your place. `/openai away` hands that over while you are away."
    return message(said, [section(said)])
