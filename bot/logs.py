"""Logs: JSON lines (or a readable console on a terminal), on standard error, without secrets."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_SECRET = re.compile(
    # At the beginning of a word, which inside JSON or an address may follow an escaped sign: \\nsk-… and %22sk-…
    r"(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2}))(?:"
    r"sk-[A-Za-z0-9_-]{8,}"  # OpenAI's keys, admin keys among them
    r"|xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{4,}"  # Slack's tokens
    r"|xapp-[A-Za-z0-9-]{4,}"
    r")"
)
_CARRIED = re.compile(
    r"(?P<keep>(?i:bearer)\s+|ticket=|://[^\s:/@\"']*:|hooks\.slack\.com/)(?P<secret>[^\s\"'&@<>]+)(?P<end>@)?"
)
_LIBRARY = re.compile("[.:]")

LOUD = {
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
    "countersign": logging.WARNING,  # Bolt's name for our app: it would log what a listener answers
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "slack_bolt": logging.WARNING,
    "slack_sdk": logging.WARNING,
    "uvicorn": logging.WARNING,
    "websockets": logging.WARNING,
}
"""The least level at which libraries are heard: below it they log bodies, addresses and every call."""


def _shorten(found: re.Match[str]) -> str:
    # "://name:" also begins addresses with a port; only what ends in @ is a password.
    if found["keep"].startswith("://") and not found["end"]:
        return found[0]
    return f"{found['keep']}[redacted]{found['end'] or ''}"


def redacted(text: str) -> str:
    """Return *text* with everything that looks like a key, a token or a password taken out."""
    return _SECRET.sub("[redacted]", _CARRIED.sub(_shorten, text))


def _redact(_logger: Any, _method: str, line: Any) -> Any:
    # After rendering, so that no field, nesting or traceback is missed.
    return redacted(line) if isinstance(line, str) else line


def configure(level: str, *, console: bool | None = None) -> None:
    """Send every log line of this process to standard error, at *level* (``INFO`` …) and above.

    ``console`` chooses readable lines over JSON; left out, a terminal decides.
    """
    readable = sys.stderr.isatty() if console is None else console
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if readable
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_loud_enough)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter(), _plain],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render, _redact],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in LOUD.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def _loud_enough(record: logging.LogRecord) -> bool:
    """Drop what a library says below its least level, whatever level it, or somebody else, gave its loggers.

    Bolt copies the root's level to its own; and at DEBUG Slack's SDK logs the body of every call, in which the view
    that shows a new key is one.
    """
    return record.levelno >= LOUD.get(_LIBRARY.split(record.name, maxsplit=1)[0], logging.NOTSET)


def _plain(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Keep a library's message text, whatever object it logged."""
    event["event"] = str(event["event"])
    return event
