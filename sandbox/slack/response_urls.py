"""Response URLs: five answers within thirty minutes to the place where a person acted."""

import secrets
from dataclasses import dataclass

from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Clock

USES = 5
LIFE = 30 * 60.0
"""Seconds; docs.slack.dev/interactivity/handling-user-interaction."""


@dataclass(kw_only=True)
class Origin:
    """Where an act happened: who acted, in which channel, on which message (none for a command)."""

    user: str
    channel: str
    ts: str | None = None
    thread_ts: str | None = None
    issued: float = 0.0
    used: int = 0


class ResponseUrls:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._origins: dict[str, Origin] = {}

    def issue(self, origin: Origin) -> str:
        """Return the secret path of a new response URL."""
        origin.issued = self._clock()
        key = f"{secrets.randbelow(10**13)}/{secrets.token_urlsafe(18)}"
        self._origins[key] = origin
        return key

    def use(self, key: str) -> Origin:
        """Count one use; raises ``SlackError`` when the URL is unknown, worn out or too old."""
        origin = self._origins.get(key)
        if origin is None:
            raise SlackError("no_response_url")
        if self._clock() - origin.issued > LIFE:
            raise SlackError("expired_url")
        if origin.used >= USES:
            raise SlackError("used_url")
        origin.used += 1
        return origin
