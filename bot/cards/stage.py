"""The reply in the card's thread that calls the approvers of one stage and carries their buttons."""

from bot.blocks import Block, actions, button, context, date, quote, section
from bot.cards.message import Message, message
from bot.cards.words import badge, name, names, title, verdicts, waiting_for
from workflows.lifecycle import State
from workflows.model import Decision, Dossier, Reference, Verdict

_NOTE = 600


def stage(dossier: Dossier, number: int) -> Message:
    """Draw stage *number* (from 0): with buttons while it waits, afterwards only with what became of it."""
    request = dossier.request
    if request.state is State.PENDING and request.stage == number:
        return _asking(dossier, number)
    sentence = _closed(dossier, number)
    return message(f"{title(request)}: {sentence}", [section(sentence), *_notes(dossier, number)])


def _asking(dossier: Dossier, number: int) -> Message:
    request = dossier.request
    called = waiting_for(dossier, mention=True)
    call = f"{called}: please decide." if called else "There is nobody who may decide this now."
    text = f"{call} *{title(request)}*, asked by {name(request.requester)}."
    so_far = verdicts(dossier, number, Verdict.APPROVE)
    quorum = request.ruling.stages[number].quorum
    need = "One approval is enough." if quorum == 1 else f"{len(so_far)} of {quorum} approvals so far."
    given = f" Approved by {names([each.approver for each in so_far])}." if so_far else ""
    body = [section(text), context(f"{need}{given} {date(request.expires_at, 'Expires')}.")]
    return message(text, body, [_buttons(dossier)])


def _buttons(dossier: Dossier) -> Block:
    reference = str(Reference.of(dossier.request))
    # Not hidden from anybody: who may decide can change while the message stands, and the click is checked anyway.
    return actions(
        "decide",
        [
            button("Approve", "approve", reference, style="primary"),
            button("Approve with a note", "approve_note", reference),
            button("Offer less", "narrow", reference),
            button("Ask", "ask", reference),
            button("Deny", "deny", reference, style="danger"),
        ],
    )


def _closed(dossier: Dossier, number: int) -> str:
    if denied := verdicts(dossier, number, Verdict.DENY):
        return f"⛔ Denied by *{_whom(denied)}* · {date(denied[-1].at)}"
    approved = verdicts(dossier, number, Verdict.APPROVE)
    if approved and len(approved) >= dossier.request.ruling.stages[number].quorum:
        return f"✅ Approved by *{_whom(approved)}* · {date(approved[-1].at)}"
    return badge(dossier.request.state)


def _whom(decisions: list[Decision]) -> str:
    places = {each.approver.id: [each.on_behalf] for each in decisions if each.on_behalf is not None}
    return names([each.approver for each in decisions], places=places)


def _notes(dossier: Dossier, number: int) -> list[Block]:
    said = [each for each in dossier.decisions if each.stage == number and each.note.strip()]
    return [section(quote(each.note, _NOTE)) for each in said[:10]]
