"""The faults that are armed now, and which of them the next call meets."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from sandbox.openai.clock import Clock
from sandbox.openai.faults.kinds import CallsPerMinute, Fault

MINUTE = 60.0


@dataclass(kw_only=True)
class Armed:
    id: str
    fault: Fault
    spare: int
    remaining: int | None

    def strike(self) -> bool:
        """Whether this call is hit; counts it."""
        if self.spare:
            self.spare -= 1
            return False
        if self.remaining is not None:
            self.remaining -= 1
        return True

    def drawn(self) -> dict[str, Any]:
        return {"id": self.id, **self.fault.model_dump(mode="json"), "remaining": self.remaining}


class Faults:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._armed: list[Armed] = []
        self._count = 0
        self._hidden: dict[str, float] = {}
        self._recent: dict[tuple[str, str], deque[float]] = {}

    def arm(self, fault: Fault) -> dict[str, Any]:
        self._count += 1
        armed = Armed(id=f"fault_{self._count}", fault=fault, spare=fault.skip, remaining=fault.count)
        self._armed.append(armed)
        return armed.drawn()

    def clear(self) -> None:
        """Nothing goes wrong any more; what was hidden shows itself, and the minute's calls are forgotten."""
        self._armed.clear()
        self._hidden.clear()
        self._recent.clear()

    def listed(self) -> list[dict[str, Any]]:
        return [armed.drawn() for armed in self._armed]

    def strike(self, method: str, template: str, path: str) -> list[Fault]:
        """Return the faults this call meets, each counted as used."""
        aimed = [armed for armed in self._armed if armed.fault.hits(method, template, path)]
        struck = [armed.fault for armed in aimed if armed.strike()]
        self._armed = [armed for armed in self._armed if armed.remaining != 0]
        return struck

    def hide(self, reference: str, seconds: float) -> None:
        """Let *reference* be not found for *seconds*."""
        self._hidden[reference] = self._clock.time() + seconds

    def hidden(self, reference: str) -> bool:
        return self._hidden.get(reference, 0.0) > self._clock.time()

    def over_quota(self, fault: CallsPerMinute, method: str, template: str) -> bool:
        """Whether the endpoint has had its calls of the last minute; counts this one when not."""
        now, recent = self._clock.time(), self._recent.setdefault((method, template), deque())
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if len(recent) >= fault.calls:
            return True
        recent.append(now)
        return False
