"""What happened, in words: a note in the card's thread, a direct message, an alarm in a channel that watches."""

from collections.abc import Mapping
from typing import Any

from bot.blocks import Block, context, date, inline, quote, section
from bot.cards.message import Message, message
from bot.cards.steps import done_steps
from bot.cards.words import BADGES, name, outcome, place, title, waiting_for
from workflows.lifecycle import State
from workflows.model import Dossier, Request

_NOTE = 1500

# By the audit log's word for what happened; a word that is not here is told by the request's state.
SENTENCES: Mapping[str, str] = {
    "opened": "📨 {Title} is open. {next}",
    "concerned": "📣 {by} {asks} something that concerns you: {title}.",
    "approved_by_rule": "🟢 {Title} needs no decision: the rule {rule} approves it. It {when}.",
    "reminder": "🔔 {Title} waits for your decision. {expires}.",
    "handed_over": "🌴 {Title} waits for your decision: {by} is away, and you decide in their place.",
    "handed_back": "🔔 {Title} waits for your decision again.",
    "reassigned": "🔔 {Title} waits for your decision: {by}, who was asked, is not here any more.",
    "nobody_left": "🔴 Too few people are left who could decide {title}. Mend the groups or the policy, or it expires.",
    "escalated": "⏫ {Title} was not decided in time, so others may decide it now as well. {next}",
    "asked": "❓ {by} asks something about {title}. *Answer* is in its thread.",
    "edited": "✏️ {by} changed what is asked for: {title}. {next}",
    "edited_for_you": "✏️ {by} changed what is asked for: {title}. It waits for your decision.",
    "offered": "🤝 {by} offers you less than {title}{offer}. *Accept* is in its thread.",
    "offer_accepted": "🤝 {by} accepted your offer: {title}.",
    "offer_declined": "🤝 {by} did not accept your offer for {title}; it waits for a decision as it is.",
    "glass_broken": "🚨 {by} has {title} carried out now, in an emergency, before it was decided.",
    "skipped": "🚨 {by} has {title} carried out in an emergency, without you. Was that right? Say so in its thread.",
    "review_waits": "🚨 {Title} was carried out in an emergency, without you. Was that right? Say so in its thread.",
    "found_wrong": "⛔ {by} says that the emergency of {title} was not right. What it gave is ended, if it stood.",
    "answered": "💬 {by} answered your question about {title}.",
    "policy_failed": "⚠️ The policy could not be applied to {title}, so the fallback approvers decide it.",
    "approval_given": "👍 {by} approved {title}. {next}",
    "stage_completed": "👍 {by} approved {title}, which completes this stage. {next}",
    "quorum_reached": "🟢 {by} approved {title}. It {when}.",
    "denied": "⛔ {by} denied {title}.",
    "cancelled": "⚪ {by} cancelled {title}.",
    "lapsed": "⚪ {Title} expired: nobody decided in time. Ask again if it is still needed.",
    "succeeded": "✅ {Title} is done.{result}",
    "succeeded_until": "✅ {Title} is done{until}.{result}",
    "refused": "🔴 {Title} failed. {mend}",
    "cut_off": "🟠 {Title} is not confirmed: OpenAI did not answer. We look what happened before we try again.",
    "retried": "🔁 {by} had {title} tried again.",
    "abandoned": "↩️ {by} has taken back what was done of {title}.",
    "limit_restored": "↩️ The limit of {title} stands again.",
    # A grant
    "ending": "⏳ {Title} ends soon{until}. *Extend* and *Give back* are in its thread.",
    "extended": "⏳ {Title} was given more time{until}.",
    "ended": "⌛ {Title} has ended and is being taken back.",
    "given_back": "↩️ {by} gave {title} back. It is being taken back now.",
    "revoked": "↩️ {by} ended {title} early. It is being taken back now.",
    "reverted": "⚪ {Title} is over: what it gave is taken back.",
    "revert_failed": "🔴 {Title} could not be taken back. It is tried again by itself, and by *Try again*.",
    # A key
    "key_claimed": "🔑 The key of {title} was taken.",
    "key_not_made": "⚠️ The key of {title} could not be made. *Take the key* works again.",
    "claim_lapsed": "⌛ Nobody took the key of {title} in time, so none was made. *Offer it again* gives another go.",
    "offered_again": "🔑 The key of {title} was offered again.",
    "key_not_shown": "⚠️ The key of {title} was not seen by anybody. *Take the key* works again.",
    "key_not_revoked": "🔴 A key of {title} could not be revoked.",
    "late_key_revoked": "✅ A key of {title} that nobody saw came to be late, and is revoked.",
    "first_used": "🔑 The key of {title} was used for the first time{used}.",
    "old_key_used": "⏰ The old key that {title} replaces is still in use.{retiring} Put the new one in its place.",
    "old_key_revoked": "✅ The old key that {title} replaces is revoked.",
    "old_key_gone": "✅ The old key that {title} replaces is gone: somebody else revoked it.",
}
_WITH_PROBLEM = frozenset({"refused", "cut_off", "revert_failed"})
_TRY_AGAIN = "One of its approvers can press *Try again* on the card once the cause is mended"
_TAKE_BACK = ", or *Take back* to have undone what is done"


def note(dossier: Dossier, payload: Mapping[str, Any]) -> Message:
    """Say in the thread what happened. *payload* has ``event``, and where they apply ``by`` and ``note``."""
    return _told(dossier, payload, f"*{title(dossier.request)}*")


def direct(dossier: Dossier, payload: Mapping[str, Any]) -> Message:
    """Say the same to one person alone, with the reference to ask about it later."""
    request = dossier.request
    own = str(payload.get("to") or request.requester.id) == request.requester.id
    told = _told(dossier, payload, f"{'your request ' if own else ''}*{title(request)}*")
    return message(told.text, [*told.blocks, _where(request)])


def alarm(dossier: Dossier, payload: Mapping[str, Any]) -> Message:
    """Say it to a channel that watches over everything, with whose request it is."""
    request = dossier.request
    told = _told(dossier, payload, f"*{title(request)}*")
    asked = context(f"Asked by {name(request.requester)}")
    return message(told.text, [*told.blocks, asked, _where(request)])


def _where(request: Request) -> Block:
    again = f"`/openai status {inline(request.id, 60)}` shows it again."
    return context(" · ".join(filter(None, (place(request, "In"), again))))


def _told(dossier: Dossier, payload: Mapping[str, Any], subject: str) -> Message:
    request = dossier.request
    event = str(payload.get("event", ""))
    sentence = SENTENCES.get(event, "{Title}: {state}.").format(
        title=subject,
        Title=subject[:1].upper() + subject[1:],
        by=f"*{_who(dossier, str(payload.get('by', '')))}*",
        **_facts(dossier),
    )
    blocks = [section(sentence.strip())]
    said = str(payload.get("note", "")).strip() or (request.problem.strip() if event in _WITH_PROBLEM else "")
    if said:
        blocks.append(section(quote(said, _NOTE)))
    return message(f"{sentence.strip()} {inline(said, 300)}".strip(), blocks)


def _facts(dossier: Dossier) -> dict[str, str]:
    """Return what sentences say of a request besides its title; each is empty when there is nothing to say."""
    request, held = dossier.request, dossier.claim
    done = outcome(request)
    retiring = held.retire_at if held is not None and not held.terms.when_unused else None
    return {
        "next": _next(dossier),
        "expires": date(request.expires_at, "It expires"),
        "result": f" {done}" if done else "",
        "state": " ".join(BADGES[request.state]),
        "rule": f"*{inline(request.ruling.rule, 80)}*",
        "offer": f": *{inline(dossier.offers[-1].title, 150)}*" if dossier.offers else "",
        "asks": "needs no decision to have" if request.ruling.auto else "asks for",
        "when": "will be carried out " + ("when the freeze ends" if dossier.frozen is not None else "now"),
        "mend": f"{_TRY_AGAIN}{_TAKE_BACK if done_steps(dossier) else ''}.",
        "until": f": {date(request.ends_at, 'it stands until')}" if request.ends_at else "",
        "used": f", {date(held.first_used_at)}" if held is not None and held.first_used_at else "",
        "retiring": f" {date(retiring, 'It is revoked')}." if retiring else "",
    }


def _who(dossier: Dossier, given: str) -> str:
    """Return the name of whoever acted; *given* is a person's id, an address or a name."""
    known = [dossier.request.requester, *(each.approver for each in dossier.decisions)]
    found = next((each for each in known if given in (each.id, each.email)), None)
    return name(found) if found else inline(given, 80) or "Countersign"


def _next(dossier: Dossier) -> str:
    request: Request = dossier.request
    if request.state is not State.PENDING:
        return ""
    return f"It waits for {waiting_for(dossier) or 'a decision'}."
