"""Who decides while somebody is away, and on which days."""

from datetime import date

from bot.blocks import Block, inline, input_block, modal, plain, section
from bot.blocks import date as moment
from bot.forms.dialogs import saying
from bot.forms.elements import ACTION
from workflows.model import Absence

AWAY = "submit:away"
TITLE = "While you are away"


def away(today: date, standing: Absence | None = None) -> Block:
    """Ask who decides for somebody and until when; *standing* is what they have set already."""
    said = [section(_now(standing))] if standing is not None else []
    person: Block = {"type": "users_select", "action_id": ACTION, "placeholder": plain("Choose a person")}
    about = (
        "Whoever you choose decides what you could decide, with your name beside theirs. You still can, too, and"
        " nobody decides their own request."
    )
    return modal(
        TITLE,
        [
            *said,
            section(about),
            input_block("delegate", "Who decides for you", person),
            input_block("first", "First day", _day(), hint="Left empty: from now on.", optional=True),
            input_block("last", "Last day", _day(today), hint="Days are those of your own time zone."),
        ],
        callback_id=AWAY,
        submit="Hand over",
        close="Cancel",
    )


def handed_over(absence: Absence) -> Block:
    """Say who decides from now on, and that they know."""
    return saying(TITLE, [f"🌴 {_who(absence)} They were told. `/openai back` ends it."])


def _now(standing: Absence) -> str:
    return f"{_who(standing)} What you set here takes its place; `/openai back` ends it."


def _who(absence: Absence) -> str:
    days = f"{moment(absence.since, 'from')} {moment(absence.until, 'to')}"
    return f"*{inline(absence.delegate.name, 80)}* decides for you {days}."


def _day(initial: date | None = None) -> Block:
    given = {"initial_date": initial.isoformat()} if initial else {}
    return {"type": "datepicker", "action_id": ACTION, "placeholder": plain("Choose a day"), **given}
