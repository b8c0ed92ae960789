"""What is given for a time: since when and until when, and the buttons that prolong or end it."""

from bot.blocks import Block, actions, button, confirm, context, date, section
from bot.cards.message import Message, message
from bot.cards.words import badge, last_day, title
from workflows.lifecycle import FINAL, State
from workflows.model import Dossier, Reference, Request
from workflows.service.granting import span

_ENDS = {"pause": "End the pause"}
"""The button that ends it early, by kind; else it is given back."""

_TAKEN_BACK = frozenset({State.REVERTING, State.REVERT_FAILED})


def grant_line(request: Request) -> str:
    """Return since when and until when; the request's own expiry is another clock, for what is not decided yet."""
    if request.ends_at is None:
        return ""
    if request.granted_at is None:
        return "" if request.state in _TAKEN_BACK or request.state in FINAL else _last_day(request)
    since = f"*Given:* {date(request.granted_at, 'since')}"
    match request.state:
        case State.GRANTED:
            return f"{since} · {date(request.ends_at, 'until')}, then it ends by itself"
        case State.REVERTED:
            return f"{since} · {date(request.updated_at, 'over')}"
        case _:
            return f"{since} · over, and still to be taken back"


def _last_day(request: Request) -> str:
    return f"*For a time:* its last day is {last_day(request)} (UTC), then it ends by itself"


def grant_buttons(request: Request) -> list[Block]:
    """Return the buttons of a grant that stands. Who may press them is checked at the click."""
    if request.state is not State.GRANTED or request.ends_at is None:
        return []
    value = str(Reference.of(request))
    days = span(request).days
    more = f"Extend by {days} {'day' if days == 1 else 'days'}"
    sure = confirm(
        "End this now?",
        "What it changed is taken back at once. To have it again, it has to be asked for again.",
        _ENDS.get(request.kind, "Give it back"),
        "Keep it",
    )
    prolong = button(more, "extend", value, visible_to=[request.requester.id])
    end = button(_ENDS.get(request.kind, "Give back"), "give_back", value, confirm=sure)
    return [actions("grant", [prolong, end])]


def ending(dossier: Dossier, day: str) -> Message:
    """Draw the reply that speaks of the end on *day* while it is near; afterwards what became of it."""
    request = dossier.request
    until = date(request.ends_at, "it stands until") if request.ends_at else ""
    if is_ending(request, day):
        sentence = f"⏳ *{title(request)}* ends soon: {until}."
        how = context("Do nothing, and it ends by itself. More time is a request of its own, decided like the first.")
        return message(sentence, [section(sentence), how], grant_buttons(request))
    if request.state is State.GRANTED:
        sentence = f"⏳ *{title(request)}* was given more time: {until}."
    else:
        sentence = f"{badge(request.state)}: {title(request)}"
    return message(sentence, [section(sentence)])


def is_ending(request: Request, day: str) -> bool:
    """Whether the grant still ends on *day*, as roles of messages write it."""
    return request.state is State.GRANTED and request.ends_at is not None and f"{request.ends_at:%Y-%m-%d}" == day
