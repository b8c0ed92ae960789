"""What an app may put into a message: text, blocks, metadata, each judged as Slack judges it."""

import json
from typing import Any

from sandbox.slack import text
from sandbox.slack.api.method import Arguments
from sandbox.slack.blockkit import blocks_problems, identified
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json

POSTED_TEXT = 40_000
MARKDOWN_TEXT = 12_000
MOST_ATTACHMENTS = 100
METADATA_BYTES = 8_000
UNREADABLE = "This content can't be displayed."
"""What Slack's notification says when blocks come without a text."""


class Content(Arguments):
    text: str | None = None
    blocks: Any = None
    attachments: Any = None
    metadata: Any = None
    markdown_text: str | None = None


def read_blocks(given: Any) -> list[Json] | None:
    """Return the blocks with their ids; raises ``invalid_blocks_format`` or ``invalid_blocks`` with pointers."""
    blocks = decoded(given, "invalid_blocks_format")
    if not blocks:
        return None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = [str(each) for each in blocks_problems(blocks)]
    if problems:
        told = {"messages": [f"[ERROR] {each}" for each in problems]}
        raise SlackError("invalid_blocks", errors=problems, response_metadata=told)
    return identified(blocks)


def read_metadata(given: Any) -> Json | None:
    """Return the metadata, ``{}`` when the caller wants it gone, ``None`` when nothing was said."""
    metadata = decoded(given, "invalid_metadata_format")
    if metadata is None:
        return None
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def read(content: Content) -> Json:
    """Return the parts of the message; raises ``no_text`` when there is nothing to show, and Slack's other codes."""
    if content.markdown_text is not None:
        return _from_markdown(content)
    blocks = read_blocks(content.blocks)
    attachments = decoded(content.attachments, "invalid_attachments") or None
    if attachments is not None and not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if attachments and len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if not (content.text or "").strip() and not blocks and not attachments:
        raise SlackError("no_text")
    words = content.text or (UNREADABLE if blocks else "")
    return {"text": text.from_app(words)[:POSTED_TEXT], "blocks": blocks, "attachments": attachments}


def decoded(given: Any, error: str) -> Any:
    """Read JSON written inside a form field; raises ``SlackError(error)``."""
    if not isinstance(given, str):
        return given
    if not given.strip():
        return None
    try:
        return json.loads(given)
    except ValueError:
        raise SlackError(error) from None


def _from_markdown(content: Content) -> Json:
    if content.text or content.blocks:
        raise SlackError("markdown_text_conflict")
    words = content.markdown_text or ""
    if not words.strip():
        raise SlackError("no_text")
    if len(words) > MARKDOWN_TEXT:
        raise SlackError("msg_too_long")
    blocks = identified([{"type": "markdown", "text": words}])
    return {"text": text.from_app(words), "blocks": blocks, "attachments": None}
