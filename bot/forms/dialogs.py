"""Short questions: why it is denied, what is said or asked about it, which part of the audit log; and a sentence."""

from collections.abc import Sequence
from datetime import date

from bot.blocks import Block, inline, input_block, modal, option, plain, quote, section, sections
from bot.blocks.limits import INPUT
from bot.forms.elements import ACTION
from workflows.model import Reference

DENY = "deny"
APPROVE = "approve_note"
ASK = "ask"
ANSWER = "answer"
AUDIT = "submit:audit"
REASON = "reason"
LONGEST_QUESTION = 1500


def deny(reference: Reference, request: str) -> Block:
    """Ask why *request* (its title) is denied; the requester and the audit log will read the reason."""
    why = writing("Why?", "The requester reads this, and it stays in the audit log.")
    return _dialog("Deny", DENY, [_about(request), why], str(reference))


def approve_note(reference: Reference, request: str) -> Block:
    """Ask what to say with the approval of *request* (its title)."""
    note = writing("Your note", "It stands on the card, and stays in the audit log. The requester reads it too.")
    return _dialog("Approve", APPROVE, [_about(request), note], str(reference))


def ask(reference: Reference, request: str) -> Block:
    """Ask what an approver wants to know about *request* (its title)."""
    hint = "It is asked in the thread. The clock of this request goes on."
    return _dialog("Ask", ASK, [_about(request), writing("Your question", hint, LONGEST_QUESTION)], str(reference))


def answer(reference: str, question: str) -> Block:
    """Ask for the answer to *question*; *reference* names the request and the question."""
    asked = section(quote(question, LONGEST_QUESTION))
    hint = "It stands in the thread and on the card, and stays in the audit log."
    return _dialog("Answer", ANSWER, [asked, writing("Your answer", hint, LONGEST_QUESTION)], reference)


def _dialog(word: str, callback: str, body: list[Block], metadata: str) -> Block:
    return modal(word, body, callback_id=callback, submit=word, close="Back", metadata=metadata)


def _about(request: str) -> Block:
    return section(f"*{inline(request)}*")


def writing(label: str, hint: str, longest: int = INPUT, *, optional: bool = False) -> Block:
    """Return the field for words that a dialog asks for."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": ACTION,
        "multiline": True,
        "max_length": longest,
        "focus_on_load": not optional,
    }
    return input_block(REASON, label, element, hint=hint, optional=optional)


def audit(today: date) -> Block:
    """Ask which days of the audit log (UTC, both included) and in which format; no day means no bound."""
    formats = [
        option("CSV", "csv"),
        option("JSON Lines", "jsonl"),
        option("Parquet", "parquet"),
        option("OCSF events", "ocsf"),
    ]
    format_select: Block = {
        "type": "static_select",
        "action_id": ACTION,
        "options": formats,
        "initial_option": formats[0],
    }
    return modal(
        "Audit log",
        [
            section("You get the file as a direct message. This export is written to the audit log too."),
            input_block("since", "From", _day(today.replace(day=1)), hint="Days are in UTC.", optional=True),
            input_block("until", "To", _day(today), hint="This day is included.", optional=True),
            input_block("format", "Format", format_select),
        ],
        callback_id=AUDIT,
        submit="Send me the file",
        close="Cancel",
    )


def _day(initial: date) -> Block:
    return {
        "type": "datepicker",
        "action_id": ACTION,
        "initial_date": initial.isoformat(),
        "placeholder": plain("Any day"),
    }


def saying(title: str, sentences: Sequence[str], blocks: Sequence[Block] = ()) -> Block:
    """Return a modal without a question: *sentences* (escaped), then *blocks*."""
    return modal(title, [*sections(sentences, most=5), *blocks], callback_id="saying")
