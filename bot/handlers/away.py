"""`/openai away` and `/openai back`: who decides while somebody is away."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.blocks import Block
from bot.cards import Message, came_back, nothing_handed_over
from bot.forms import values
from bot.forms.away import away, handed_over
from bot.payloads import Submission
from workflows.errors import InvalidFields
from workflows.service import Service

WORD = "away"


async def dialog(service: Service, user: str, rest: str = "") -> Block:
    """Return the form, with what is set already."""
    del rest
    return away(await service.today_of(user), await service.absence_of(user))


async def hand_over(service: Service, submission: Submission) -> Block:
    """Set what the form says, and say so in its place. Raises ``InvalidFields``."""
    given = values(submission.view.state)
    first, last = a_day(given, "first"), a_day(given, "last")
    return handed_over(await service.hand_over(submission.user_id, str(given.get("delegate") or ""), first, last))


def a_day(given: Mapping[str, Any], name: str) -> date | None:
    """Return the day of a field, None when it is empty. Raises ``InvalidFields``."""
    text = str(given.get(name) or "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidFields({name: "Choose a day, like 2027-01-31."}) from None


async def back(service: Service, user: str, rest: str) -> Message:
    """End what was handed over."""
    del rest
    ended = await service.take_back(user)
    return came_back(ended) if ended is not None else nothing_handed_over()
