"""What is delivered, what comes back, and why nothing came back."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    EVENT = "events_api"
    INTERACTIVE = "interactive"
    COMMAND = "slash_commands"


@dataclass(frozen=True, kw_only=True)
class Envelope:
    kind: Kind
    payload: dict[str, Any]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, kw_only=True)
class Ack:
    """The app's acknowledgement; *payload* is what it answered, often nothing."""

    payload: Any = None
    no_retry: bool = False


class NotAcknowledged(Exception):
    """The app did not take the delivery.

    *person* is the word Slack shows to whoever acted, *reason* the one it gives when it repeats an event.
    """

    def __init__(self, person: str, reason: str, *, no_retry: bool = False) -> None:
        super().__init__(person)
        self.person = person
        self.reason = reason
        self.no_retry = no_retry


TIMEOUT = "operation_timeout"


def timed_out() -> NotAcknowledged:
    return NotAcknowledged(TIMEOUT, "http_timeout")


def unreachable() -> NotAcknowledged:
    return NotAcknowledged("dispatch_failed", "connection_failed")
