"""What approvers asked: the reply in the thread with the button for the answer, and what the card tells of it."""

from bot.blocks import Block, actions, button, context, date, quote, section
from bot.cards.message import Message, message
from bot.cards.words import name, title
from workflows.lifecycle import State
from workflows.model import Dossier, Inquiry

SHOWN = 3
"""Questions on a card, the newest; all stand in its thread."""

_SHORT = 300
_LONG = 1500


def inquiry(dossier: Dossier, number: int) -> Message:
    """Draw question *number* for the thread: with the button while it waits, afterwards with its answer."""
    request = dossier.request
    asked = next((each for each in dossier.inquiries if each.number == number), None)
    if asked is None:
        return message("This question is gone.", [section("This question is gone.")])
    waits = not asked.answer and request.state is State.PENDING
    whom = f"<@{request.requester.id}>" if waits else name(request.requester)
    text = f"❓ *{name(asked.asker)}* asks {whom} about *{title(request)}*:"
    body = [section(text), section(quote(asked.text, _LONG)), *_answer(dossier, asked)]
    return message(text, body, [_button(dossier, number)] if waits else ())


def _answer(dossier: Dossier, asked: Inquiry) -> list[Block]:
    who = name(dossier.request.requester)
    if asked.answer:
        when = f" · {date(asked.answered_at)}" if asked.answered_at else ""
        return [section(f"💬 *{who}*{when}"), section(quote(asked.answer, _LONG))]
    if dossier.request.state is State.PENDING:
        return [context(f"For {who}: press *Answer*, or mention me in this thread with your answer.")]
    return [context("It was not answered before this was over.")]


def _button(dossier: Dossier, number: int) -> Block:
    request = dossier.request
    value = f"{request.id}.{number}"
    return actions("inquiry", [button("Answer", "answer", value, style="primary", visible_to=[request.requester.id])])


def inquiry_lines(dossier: Dossier) -> list[str]:
    """Return the newest questions, each with its answer or that it waits for one."""
    left = len(dossier.inquiries) - SHOWN
    lines = [f"_{left} earlier {'question' if left == 1 else 'questions'} in the thread_"] if left > 0 else []
    for each in dossier.inquiries[-SHOWN:]:
        lines.append(f"❓ *{name(each.asker)}* asked · {date(each.at)}\n{quote(each.text, _SHORT)}")
        who = name(dossier.request.requester)
        if each.answer:
            lines.append(f"💬 *{who}* answered\n{quote(each.answer, _SHORT)}")
        elif dossier.request.state is State.PENDING:
            lines.append(f"waits for an answer of {who}")
    return lines
