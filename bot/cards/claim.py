"""The key that a request offers: what the card says of it, and the message to its requester with the button."""

from bot.blocks import Block, actions, button, context, date, inline, section
from bot.cards.message import Message, message
from bot.cards.words import name, place, title
from workflows.model import Claim, ClaimState, Dossier, Reference, Request

_HOW = "It is made when you press the button, and you see it once. Have a safe place for it ready."


def claim(dossier: Dossier, offer: int) -> Message:
    """Draw offer number *offer* for the requester: with its button while it stands, then with what became of it."""
    request, held = dossier.request, dossier.claim
    if held is None or held.offers != offer:
        sentence = f"The key for *{title(request)}* was offered again, further down."
        return message(sentence, [section(sentence)])
    sentence = _sentence(request, held)
    more = [context(_HOW)] if _takeable(held) else []
    again = f"`/openai status {inline(request.id, 60)}` shows the request."
    body = [section(sentence), *more, context(" · ".join(filter(None, (place(request, "In"), again))))]
    return message(sentence, body, claim_buttons(dossier))


def _takeable(held: Claim) -> bool:
    """Whether the button works; while a key that nobody saw is being revoked it does not."""
    return held.state is ClaimState.OPEN or (held.state is ClaimState.MINTING and not held.problem)


def _sentence(request: Request, held: Claim) -> str:
    match held.state:
        case ClaimState.MINTING if held.problem:
            return f"⚠️ Nobody saw the key that was made; it is being revoked, then you can take it: *{title(request)}*."
        case ClaimState.OPEN | ClaimState.MINTING:
            return f"🔑 Your key is ready: *{title(request)}*. {date(held.lapses_at, 'Take it until')}."
        case ClaimState.CLAIMED:
            when = f" · {date(held.claimed_at)}" if held.claimed_at else ""
            return f"✅ You have taken the key: *{title(request)}*{when}."
        case ClaimState.LAPSED:
            return f"⌛ Nobody took the key in time, so none was made: *{title(request)}*."


def claim_lines(dossier: Dossier) -> list[str]:
    """Return what everybody may know of the key: never the key itself."""
    held = dossier.claim
    if held is None:
        return []
    who = name(dossier.request.requester)
    match held.state:
        case ClaimState.OPEN | ClaimState.MINTING:
            lines = [f"*Key:* waits for {who}, {date(held.lapses_at, 'until')}"]
        case ClaimState.CLAIMED:
            lines = [f"*Key:* taken by {who}{f' · {date(held.claimed_at)}' if held.claimed_at else ''}", *_life(held)]
        case ClaimState.LAPSED:
            lines = [f"*Key:* none was made, because {who} did not come for it in time"]
    return [*lines, f"⚠️ {inline(held.problem, 500)}"] if held.problem and held.state is not ClaimState.LAPSED else lines


def _life(held: Claim) -> list[str]:
    used = date(held.first_used_at, "First used") if held.first_used_at else "Not used yet"
    ends = date(held.expires_at, "expires") if held.expires_at else "never expires"
    return [f"{used} · {ends}", *_old_key(held)]


def _old_key(held: Claim) -> list[str]:
    """Say what becomes of the key that this one replaces."""
    if not held.terms.replaces:
        return []
    if held.retired_at is not None:
        return [f"*Old key:* gone · {date(held.retired_at)}"]
    if held.terms.when_unused:
        return ["*Old key:* revoked once nobody has used it for a day"]
    return [f"*Old key:* works {date(held.retire_at, 'until')}"] if held.retire_at else []


def claim_buttons(dossier: Dossier) -> list[Block]:
    """Return the button that makes the key, or the one that offers it anew."""
    request, held = dossier.request, dossier.claim
    value = str(Reference.of(request))
    if held is not None and _takeable(held):
        taking = button("Take the key", "claim", value, style="primary", visible_to=[request.requester.id])
        return [actions("claim", [taking])]
    if held is not None and held.state is ClaimState.LAPSED:
        return [actions("claim", [button("Offer it again", "offer", value)])]
    return []
