"""Less than was asked for: the reply in the thread with its requester's buttons, and what the card tells of it."""

from collections.abc import Iterator

from bot.blocks import Block, actions, button, change, context, date, inline, quote, section, sections
from bot.cards.message import Message, message
from bot.cards.words import in_place_of, name, title
from workflows.model import Answer, Dossier, Offer

SHOWN = 2
"""Offers on a card, the newest; all stand in its thread."""

_LONG = 1500


def offer(dossier: Dossier, number: int) -> Message:
    """Draw offer *number* for the thread: with the buttons while it stands, afterwards with what became of it."""
    request = dossier.request
    made = next((each for each in dossier.offers if each.number == number), None)
    if made is None:
        return message("This offer is gone.", [section("This offer is gone.")])
    standing = dossier.request.stands(made)
    whom = f"<@{request.requester.id}>" if standing else name(request.requester)
    # An offer that was accepted is what the request asks for by now.
    than = "" if made.title == request.title else f" than *{title(request)}*"
    text = f"🤝 {_who(made)} offers {whom} less{than}: *{inline(made.title, 150)}*"
    body = [section(text), *sections(change(each.label, each.now, each.proposed) for each in made.changes)]
    if until := str(made.params.get("until") or ""):
        body.append(section(f"*Until:* {inline(until)}"))
    if made.note.strip():
        body.append(section(quote(made.note, _LONG)))
    body.append(context(_became(dossier, made)))
    return message(text, body, [_buttons(dossier, number)] if standing else ())


def offer_lines(dossier: Dossier) -> Iterator[str]:
    """Yield the newest offers with what became of them."""
    for each in dossier.offers[-SHOWN:]:
        yield f"🤝 {_who(each)} offered *{inline(each.title, 150)}* · {date(each.at)}\n{_became(dossier, each)}"


def _who(made: Offer) -> str:
    return f"*{name(made.approver)}*{in_place_of([made.on_behalf]) if made.on_behalf is not None else ''}"


def _became(dossier: Dossier, made: Offer) -> str:
    who = name(dossier.request.requester)
    when = f" · {date(made.answered_at)}" if made.answered_at else ""
    if made.answer is Answer.ACCEPTED:
        return f"{who} accepted it{when}"
    if made.answer is Answer.DECLINED:
        return f"{who} did not accept it{when}"
    if dossier.request.stands(made):
        return f"waits for an answer of {who}; *Accept* asks for this instead, and counts as approved by who offered it"
    return "it was not answered before the request was decided or changed"


def _buttons(dossier: Dossier, number: int) -> Block:
    request = dossier.request
    value, whose = f"{request.id}.{number}", [request.requester.id]
    return actions(
        "offer",
        [
            button("Accept", "accept", value, style="primary", visible_to=whose),
            button("No, thank you", "decline", value, visible_to=whose),
        ],
    )
