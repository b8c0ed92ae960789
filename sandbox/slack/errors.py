"""What can go wrong on purpose: Slack's error codes, and sentences for whoever acts as a person."""

from collections.abc import Mapping
from typing import Any


class SlackError(Exception):
    """An answer with ``ok: false``: *code* is Slack's, *extra* travels beside it in the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra: Mapping[str, Any] = extra


class Malformed(Exception):
    """A call under ``/_sandbox/`` that makes no sense; its text is the sentence the caller reads."""


def invalid_arguments(*messages: str) -> SlackError:
    """Slack's general refusal of an argument, with one message a problem."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {each}" for each in messages]})
