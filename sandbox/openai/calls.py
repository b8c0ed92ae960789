"""The log of Administration API calls received, so that a test can count what a client really sent."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.openai.clock import Clock

KEPT = 20_000


@dataclass(kw_only=True)
class LoggedCall:
    """*status* is None while unanswered, and stays None when the answer never came; *at* is in Unix seconds."""

    method: str
    path: str
    operation: str | None
    at: int
    status: int | None = None


class CallLog:
    """The latest calls, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: deque[LoggedCall] = deque(maxlen=KEPT)

    def begin(self, method: str, path: str, operation: str | None) -> LoggedCall:
        call = LoggedCall(method=method, path=path, operation=operation, at=self._clock.now())
        self._calls.append(call)
        return call

    def clear(self) -> None:
        self._calls.clear()

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(call) for call in self._calls]
