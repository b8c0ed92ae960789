"""Slack's cursors: opaque words that say where the next page begins."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.slack.api.method import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json

T = TypeVar("T")
MOST = 1000


class Paged(Arguments):
    cursor: str = ""
    limit: int = 100


def page(items: Sequence[T], asked: Paged) -> tuple[Sequence[T], str]:
    """Return one page and the cursor of the next one (empty at the end).

    Raises ``invalid_cursor``, or ``invalid_limit`` outside 1 to 1000.
    """
    limit = asked.limit or 100
    if not 1 <= limit <= MOST:
        raise SlackError("invalid_limit")
    start = _read(asked.cursor)
    following = start + limit
    return items[start:following], _write(following) if following < len(items) else ""


def next_cursor(cursor: str) -> Json:
    return {"response_metadata": {"next_cursor": cursor}}


def _write(offset: int) -> str:
    return base64.b64encode(f"offset:{offset}".encode()).decode()


def _read(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, offset = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "offset" and int(offset) >= 0:
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise SlackError("invalid_cursor")
