"""Why something cannot wait, and until when; and why an emergency was none."""

from datetime import date

from bot.blocks import Block, inline, input_block, modal, plain, section
from bot.forms.dialogs import writing
from bot.forms.elements import ACTION
from workflows.model import Reference, Request

EMERGENCY = "emergency"
WRONG = "review_wrong"


def emergency(reference: Reference, request: Request, last: date) -> Block:
    """Ask why *request* cannot wait, and until when it is needed: *last* at the latest."""
    about = (
        f"*{inline(request.title)}*\nIt is carried out at once, without those who would decide it. They are told,"
        " and must say afterwards whether it was right."
    )
    day: Block = {
        "type": "datepicker",
        "action_id": ACTION,
        "initial_date": last.isoformat(),
        "placeholder": plain("Choose a day"),
    }
    return modal(
        "Emergency",
        [
            section(about),
            writing("Why can it not wait?", "Everybody who is skipped reads this, and it stays in the audit log."),
            input_block("until", "Until", day, hint=f"The last day (UTC), {last.isoformat()} at the latest."),
        ],
        callback_id=EMERGENCY,
        submit="Carry it out",
        close="Back",
        metadata=str(reference),
    )


def wrong(reference: Reference, request: str) -> Block:
    """Ask why the emergency of *request* (its title) was none."""
    about = section(f"*{inline(request)}*\nWhat it gave is ended at once, if it stands.")
    why = writing("Why was it not right?", "Its requester and security read this, and it stays in the audit log.")
    return modal(
        "It was not right", [about, why], callback_id=WRONG, submit="Say so", close="Back", metadata=str(reference)
    )
