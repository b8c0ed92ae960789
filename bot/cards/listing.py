"""Several requests in one short message: mine, and those that wait for me."""

from collections.abc import Sequence

from bot.blocks import date, header, inline, section
from bot.cards.message import Message, message
from bot.cards.words import badge, name, place, title
from workflows.lifecycle import State
from workflows.model import Request

_MOST = 20


def listing(heading: str, requests: Sequence[Request], *, empty: str) -> Message:
    """Draw *requests*, one section each; *empty* is the sentence for none."""
    if not requests:
        return message(empty, [section(empty)])
    body = [header(heading), *(section(_line(each)) for each in requests[:_MOST])]
    return message(f"{heading}: {len(requests)}", body)


def _line(request: Request) -> str:
    reference = f"`{inline(request.id, 60)}`"
    when = date(request.expires_at, "expires") if request.state is State.PENDING else date(request.updated_at)
    facts = filter(None, (badge(request.state), name(request.requester), place(request, "in"), when, reference))
    return f"*{title(request)}*\n{' · '.join(facts)}"
