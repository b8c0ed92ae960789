"""The anchor of the audit log, as the security channel keeps it."""

from collections.abc import Mapping
from typing import Any

from bot.blocks import context, escape, section
from bot.cards.message import Message, message


def anchor_notice(content: Mapping[str, Any]) -> Message:
    """Draw which entry the log ended with, so that whoever verifies it later can name it."""
    anchor = f"{int(content['seq'])}:{escape(str(content['hash']))}"
    said = f"⚓ *Audit log*: it ends with entry {int(content['seq']):,} now."
    how = (
        "Keep this message. A log that was cut off or written anew does not have this entry any more:"
        " `python -m bot audit verify --anchor` with the line above finds that."
    )
    return message(said, [section(said), section(f"`{anchor}`"), context(how)])
