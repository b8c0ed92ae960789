"""Rate limits of a project, enforced per model: what was used drains away evenly, a minute's worth a minute.

Source: OpenAI's rate limits guide. Every answer tells what is left in ``x-ratelimit-*`` headers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox.openai.boundary.denials import duration, too_fast, too_large
from sandbox.openai.catalogue import DAILY, REQUESTS, TOKENS, Model
from sandbox.openai.clock import Clock
from sandbox.openai.errors import Refusal
from sandbox.openai.records import Project

MINUTE = 60.0
DAY = 86_400.0
# The limit's field, its word in headers and errors, the seconds in which all of it drains away.
KINDS = ((REQUESTS, "requests", MINUTE), (TOKENS, "tokens", MINUTE), (DAILY, "requests", DAY))


@dataclass(frozen=True, kw_only=True)
class Level:
    """How much was used, as of *at* (Unix seconds)."""

    used: float
    at: float


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """One limit with its level now."""

    word: str
    limit: int
    period: float
    level: Level
    amount: int

    def seconds_until(self, level: float) -> float:
        """Return when no more than *level* will be in use."""
        return max(0.0, self.level.used - level) * self.period / self.limit if self.limit else self.period

    def refuse(self, where: str) -> None:
        """Raise ``Refusal`` (429) when the amount does not fit."""
        used = round(self.level.used)
        if self.amount > self.limit > 0:
            raise too_large(self.word, where, self.limit, self.amount)
        if not self.limit or self.level.used + self.amount > self.limit + 1e-6:
            wait = self.seconds_until(self.limit - self.amount)
            raise too_fast(self.word, where, self.limit, used, self.amount, max(wait, 0.001))

    def taken(self) -> "Gauge":
        return replace(self, level=replace(self.level, used=self.level.used + self.amount))

    def headers(self) -> dict[str, str]:
        return {
            f"x-ratelimit-limit-{self.word}": str(self.limit),
            f"x-ratelimit-remaining-{self.word}": str(max(0, int(self.limit - self.level.used + 1e-6))),
            f"x-ratelimit-reset-{self.word}": duration(self.seconds_until(0)),
        }


class Limiter:
    """The levels of all projects, which live as long as the process."""

    def __init__(self, clock: Clock, organization_id: str) -> None:
        self._clock = clock
        self._organization_id = organization_id
        self._levels: dict[tuple[str, str, str], Level] = {}

    def take(self, project: Project, model: Model, limits: Mapping[str, int], tokens: int) -> dict[str, str]:
        """Use one request and *tokens*; returns the headers that tell what is left.

        Raises ``Refusal`` (429, with the same headers) when a limit does not allow it; nothing is used then.
        """
        gauges = {
            name: self._gauge((project.id, model.id, name), word, limits[name], period, tokens)
            for name, word, period in KINDS
            if name in limits
        }
        where = f"{model.id} in project {project.id} organization {self._organization_id}"
        for gauge in gauges.values():
            try:
                gauge.refuse(where)
            except Refusal as refusal:
                refusal.headers |= _headers(gauges)
                raise
        taken = {name: gauge.taken() for name, gauge in gauges.items()}
        for name, gauge in taken.items():
            self._levels[project.id, model.id, name] = gauge.level
        return _headers(taken)

    def _gauge(self, key: tuple[str, str, str], word: str, limit: int, period: float, tokens: int) -> Gauge:
        now = self._clock.time()
        level = self._levels.get(key, Level(used=0.0, at=now))
        drained = max(0.0, now - level.at) * limit / period  # the clock may have been turned back
        current = Level(used=max(0.0, level.used - drained), at=now)
        amount = tokens if word == "tokens" else 1
        return Gauge(word=word, limit=limit, period=period, level=current, amount=amount)


def _headers(gauges: Mapping[str, Gauge]) -> dict[str, str]:
    return {name: value for key, gauge in gauges.items() if key != DAILY for name, value in gauge.headers().items()}
