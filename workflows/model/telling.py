"""What people must be told, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a message of the bot is for; one message per request and role."""

    CARD = "card"
    STAGE = "stage"  # a thread reply with the buttons; stored as stage:<n>
    INQUIRY = "inquiry"  # a thread reply with a question and the button for its answer; stored as inquiry:<n>
    OFFER = "offer"  # a thread reply with less than was asked for, to be accepted; stored as offer:<n>
    REVIEW = "review"  # a thread reply with the buttons of those who were skipped
    NOTE = "note"  # a thread reply in words
    DIRECT = "direct"  # to one person alone
    ENDING = "ending"  # a thread reply before a grant ends, with its buttons; stored as ending:<day>
    ALARM = "alarm"  # in the channel for alerts or for security; stored as alarm:<version>
    CLAIM = "claim"  # the requester's message with the button that makes the key; stored as claim:<times offered>


class OutboxTopic(StrEnum):
    POST = "post"  # post one message, exactly once
    REDRAW = "redraw"  # bring every copy of the request's messages up to date
    EXPORT = "export"  # make and send an audit export
    ALERT = "alert"  # tell of an alert: the role is its id, and those of one thread are told in their order
    ALERT_OWNER = "alert_owner"  # tell one owner of an alert by direct message
    REPORT = "report"  # a digest to its owner, or a month's showback; what it says was written with the order


@dataclass(frozen=True, kw_only=True)
class OutboxEntry:
    """Something people must be told, committed with the change it tells of."""

    id: int
    topic: OutboxTopic
    request_id: str
    role: str
    payload: Mapping[str, Any]
    attempts: int
    cut_off: bool
    created_at: datetime
    workspace: str = ""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message that stands in the chat: where, for what, and which version of the request it shows."""

    request_id: str
    role: str
    channel: str
    ts: str
    version: int
