"""`/openai away` and `/openai back`: who decides while somebody is away."""

from datetime import date

from bot.blocks import Block
from bot.cards import Message, came_back, nothing_handed_over
from bot.forms import values
from bot.forms.away import away
from bot.payloads import Submission
from workflows.errors import InvalidFields
from workflows.service import Service

WORD = "away"


async def dialog(service: Service, user: str, rest: str = "") -> Block:
    """Return the form, with what is set already."""
    del rest
    return away(service.now().date(), await service.absence_of(user))


async def hand_over(service: Service, submission: Submission) -> None:
    """Set what the form says. Raises ``InvalidFields``."""
    given = values(submission.view.state)
    first, last = (_day(str(given.get(name) or ""), name) for name in ("first", "last"))
    await service.hand_over(submission.user_id, str(given.get("delegate") or ""), first, last)


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidFields({name: "Choose a day, like 2027-01-31."}) from None


async def back(service: Service, user: str, rest: str) -> Message:
    """End what was handed over."""
    del rest
    ended = await service.take_back(user)
    return came_back(ended) if ended is not None else nothing_handed_over()
