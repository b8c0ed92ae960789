"""Finding a message by the timestamp that a caller gives."""

import re

from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, Message

_TS = re.compile(r"\d+\.\d{6}").fullmatch


def message_at(channel: Channel, ts: str) -> Message:
    """Return the message *ts*; raises ``bad_timestamp`` for what is no timestamp, and ``message_not_found``."""
    if not _TS(ts):
        raise SlackError("bad_timestamp")
    message = channel.message(ts)
    if message is None:
        raise SlackError("message_not_found")
    return message


def is_timestamp(ts: str) -> bool:
    return _TS(ts) is not None
