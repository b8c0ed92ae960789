"""The switch that stops everything, in words: for who threw it, for the channel, and on every card that waits."""

from bot.blocks import Block, date, quote, section
from bot.cards.message import Message, message
from bot.cards.words import name
from workflows.model import Freeze

_REASON = 600
STILL_DONE = (
    "Requests are taken, decided and kept as ever; whatever is approved waits, and so do keys and the ends of grants. "
    "A call to OpenAI that was already under way is ended. Keys that nobody saw are still revoked."
)


def frozen_line(freeze: Freeze) -> Block:
    """Return what a card says while nothing is carried out."""
    return section(
        f"🧊 *{name(freeze.by)}* has frozen everything · {date(freeze.at)}. "
        f"Decisions are taken, but nothing is carried out.\n{quote(freeze.reason, _REASON)}"
    )


def frozen(freeze: Freeze) -> Message:
    said = f"🧊 *Everything is frozen* by {name(freeze.by)} · {date(freeze.at)}"
    how = "`/openai unfreeze` lets work go on where it stopped."
    body = [section(f"{said}\n{quote(freeze.reason, _REASON)}"), section(STILL_DONE), section(how)]
    return message(f"Everything is frozen by {name(freeze.by)}", body)


def unfrozen(freeze: Freeze) -> Message:
    """Say that a freeze is over."""
    said = "*Work goes on.* What was approved meanwhile is carried out now"
    since = f"The freeze of {name(freeze.by)} · {date(freeze.at)} is over:\n{quote(freeze.reason, _REASON)}"
    return message("Work goes on: nothing is frozen any more", [section(f"{said}. {since}")])
