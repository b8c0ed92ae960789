"""The faults that are armed now, and which of them the next call meets."""

import re
from collections import deque
from dataclasses import dataclass
from typing import Any

from sandbox.openai.clock import Clock
from sandbox.openai.faults.kinds import CallsPerMinute, Fault, rehearsal

MINUTE = 60.0
PROJECT = re.compile("(/organization)?/projects/[^/]+/")


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
        self._standing: tuple[Fault, ...] = ()
        self._count = 0
        self._hidden: dict[tuple[str, str], float] = {}
        self._recent: dict[tuple[str, str], deque[float]] = {}

    def arm(self, fault: Fault) -> dict[str, Any]:
        self._count += 1
        armed = Armed(id=f"fault_{self._count}", fault=fault, spare=fault.skip, remaining=fault.count)
        self._armed.append(armed)
        return armed.drawn()

    def rehearse(self, *, on: bool) -> None:
        """Let the oddities of a rehearsal stand until it is over; clearing does not touch them."""
        self._standing = rehearsal() if on else ()

    def clear(self) -> None:
        """Disarm what was armed, show what was hidden, forget the minute's calls."""
        self._armed.clear()
        self._hidden.clear()
        self._recent.clear()

    def listed(self) -> list[dict[str, Any]]:
        standing = [
            Armed(id=f"rehearsal_{number}", fault=fault, spare=0, remaining=None).drawn()
            for number, fault in enumerate(self._standing, start=1)
        ]
        return standing + [armed.drawn() for armed in self._armed]

    def strike(self, method: str, template: str, path: str) -> list[Fault]:
        """Return the faults this call meets, each counted as used."""
        aimed = [armed for armed in self._armed if armed.fault.hits(method, template, path)]
        struck = [armed.fault for armed in aimed if armed.strike()]
        self._armed = [armed for armed in self._armed if armed.remaining != 0]
        return [fault for fault in self._standing if fault.hits(method, template, path)] + struck

    def hide(self, path: str, reference: str, seconds: float) -> None:
        """Let what was created by a POST to *path* be not found under its id for *seconds*, in its project only."""
        project = PROJECT.match(path)
        place = project[0] if project else "/"
        self._hidden[place, f"/{path.rpartition('/')[2]}/{reference}/"] = self._clock.time() + seconds

    def hidden(self, path: str) -> tuple[str, str] | None:
        """Return the collection and id of what *path* leads to, or into, when that is hidden now."""
        now = self._clock.time()
        for (place, thing), until in self._hidden.items():
            if until > now and path.startswith(place) and thing in f"{path}/":
                collection, _, reference = thing.strip("/").partition("/")
                return collection, reference
        return None

    def over_quota(self, fault: CallsPerMinute, method: str, template: str) -> bool:
        """Whether the endpoint has had its calls of the last minute; counts this one when not."""
        now, recent = self._clock.time(), self._recent.setdefault((method, template), deque())
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if len(recent) >= fault.calls:
            return True
        recent.append(now)
        return False
