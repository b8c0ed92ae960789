"""Short questions: why a request is denied, which part of the audit log; and a sentence in a modal."""

from collections.abc import Sequence
from datetime import date

from bot.blocks import Block, inline, input_block, modal, option, plain, section, sections
from bot.blocks.limits import INPUT
from bot.forms.elements import ACTION
from workflows.model import Reference

DENY = "deny"
AUDIT = "submit:audit"
REASON = "reason"


def deny(reference: Reference, request: str) -> Block:
    """Ask why *request* (its title) is denied; the requester and the audit log will read the reason."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": ACTION,
        "multiline": True,
        "max_length": INPUT,
        "focus_on_load": True,
    }
    why = input_block(REASON, "Why?", element, hint="The requester reads this, and it stays in the audit log.")
    about = section(f"*{inline(request)}*")
    return modal("Deny", [about, why], callback_id=DENY, submit="Deny", close="Back", metadata=str(reference))


def audit(today: date) -> Block:
    """Ask which days of the audit log (UTC, both included) and in which format; no day means no bound."""
    formats = [option("CSV", "csv"), option("JSON Lines", "jsonl")]
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
