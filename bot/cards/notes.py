"""What happened, in words: a note in the card's thread and a direct message to the requester."""

from collections.abc import Mapping
from typing import Any

from bot.blocks import context, inline, quote, section
from bot.cards.message import Message, message
from bot.cards.words import BADGES, awaited, name, names, outcome, place, title
from workflows.lifecycle import State
from workflows.model import Dossier, Request

_NOTE = 1500

# By the audit log's word for what happened; a word that is not here is told by the request's state.
_SENTENCES: Mapping[str, str] = {
    "opened": "📨 {Title} is open. {next}",
    "approval_given": "👍 {by} approved {title}. {next}",
    "stage_completed": "👍 {by} approved {title}, which completes this stage. {next}",
    "quorum_reached": "🟢 {by} approved {title}. It will be carried out now.",
    "denied": "⛔ {by} denied {title}.",
    "cancelled": "⚪ {by} cancelled {title}.",
    "lapsed": "⚪ {Title} expired: nobody decided in time. Ask again if it is still needed.",
    "claimed": "🔵 {Title} is being carried out.",
    "succeeded": "✅ {Title} is done.{result}",
    "succeeded_until": "✅ {Title} is done, for a limited time.{result}",
    "refused": "🔴 {Title} failed. One of its approvers can press *Try again* on the card once the cause is mended.",
    "cut_off": "🟠 {Title} is not confirmed: OpenAI did not answer. We look what happened before we try again.",
    "retried": "🔁 {by} had {title} tried again.",
}
_WITH_PROBLEM = frozenset({"refused", "cut_off"})


def note(dossier: Dossier, payload: Mapping[str, Any]) -> Message:
    """Say in the thread what happened. *payload* has ``event``, and where they apply ``by`` and ``note``."""
    return _told(dossier, payload, f"*{title(dossier.request)}*")


def direct(dossier: Dossier, payload: Mapping[str, Any]) -> Message:
    """Say the same to the requester alone, with the reference to ask about it later."""
    request = dossier.request
    told = _told(dossier, payload, f"your request *{title(request)}*")
    again = f"`/openai status {inline(request.id, 60)}` shows it again."
    return message(told.text, [*told.blocks, context(" · ".join(filter(None, (place(request, "In"), again))))])


def _told(dossier: Dossier, payload: Mapping[str, Any], subject: str) -> Message:
    request = dossier.request
    event = str(payload.get("event", ""))
    done = outcome(request)
    sentence = _SENTENCES.get(event, "{Title}: {state}.").format(
        title=subject,
        Title=subject[:1].upper() + subject[1:],
        by=f"*{_who(dossier, str(payload.get('by', '')))}*",
        next=_next(dossier),
        result=f" {done}" if done else "",
        state=" ".join(BADGES[request.state]),
    )
    blocks = [section(sentence.strip())]
    said = str(payload.get("note", "")).strip() or (request.problem.strip() if event in _WITH_PROBLEM else "")
    if said:
        blocks.append(section(quote(said, _NOTE)))
    return message(f"{sentence.strip()} {inline(said, 300)}".strip(), blocks)


def _who(dossier: Dossier, given: str) -> str:
    """Return the name of whoever acted; *given* is a person's id, an address or a name."""
    known = [dossier.request.requester, *(each.approver for each in dossier.decisions)]
    found = next((each for each in known if given in (each.id, each.email)), None)
    return name(found) if found else inline(given, 80) or "Countersign"


def _next(dossier: Dossier) -> str:
    request: Request = dossier.request
    if request.state is not State.PENDING:
        return ""
    return f"It waits for {names(awaited(dossier)) or 'a decision'}."
