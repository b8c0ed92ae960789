"""Several requests in one short message: mine, those that wait for me, and what is given for a time."""

from collections.abc import Sequence

from bot.blocks import date, header, inline, section, sections
from bot.cards.message import Message, message
from bot.cards.words import badge, name, place, title
from workflows.lifecycle import State
from workflows.model import Request

_MOST = 20
_GRANTS = "Given for a time"
_SECTIONS = 20


def listing(heading: str, requests: Sequence[Request], *, empty: str) -> Message:
    """Draw *requests*, one section each; *empty* is the sentence for none."""
    if not requests:
        return message(empty, [section(empty)])
    body = [header(heading), *(section(_line(each)) for each in requests[:_MOST])]
    return message(f"{heading}: {len(requests)}", body)


def ledger(requests: Sequence[Request]) -> Message:
    """Draw what is given for a time: what, for whom, in which project, until when, in which state."""
    if not requests:
        empty = "Nothing that you may see is given for a time."
        return message(empty, [section(empty)])
    body = [header(f"{_GRANTS}: {len(requests)}"), *sections(map(_grant, requests), most=_SECTIONS)]
    return message(f"{_GRANTS}: {len(requests)}", body)


def _line(request: Request) -> str:
    when = date(request.expires_at, "expires") if request.state is State.PENDING else date(request.updated_at)
    return _facts(request, badge(request.state), name(request.requester), place(request, "in"), when)


def _grant(request: Request) -> str:
    until = date(request.ends_at, "until") if request.ends_at else ""
    project = inline(request.project_name, 80)
    return _facts(request, until, f"for {name(request.requester)}", project, badge(request.state))


def _facts(request: Request, *facts: str) -> str:
    reference = f"`{inline(request.id, 60)}`"
    return f"*{title(request)}*\n{' · '.join(filter(None, (*facts, reference)))}"
