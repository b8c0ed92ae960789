"""Remembers answers for a short time and asks each question once, however many want to know."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

MOST = 5_000
"""Answers kept before the outdated ones are thrown away."""


@dataclass(frozen=True, kw_only=True)
class _Answer(Generic[Value]):
    until: float
    task: asyncio.Future[Value]


class Recent(Generic[Key, Value]):
    """Answers to ``ask``, each good for ``life`` seconds from when it was asked; failures are not kept."""

    def __init__(
        self, ask: Callable[[Key], Awaitable[Value]], *, life: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._life = life
        self._clock = clock
        self._answers: dict[Key, _Answer[Value]] = {}

    async def get(self, key: Key) -> Value:
        """Return the answer for *key*; raises what ``ask`` raises."""
        known = self._answers.get(key)
        if known is None or known.until <= self._clock():
            known = self._question(key)
        # Shielded: one caller who gives up must not take the answer from the others.
        return await asyncio.shield(known.task)

    def forget(self) -> None:
        """Believe no answer any more: something is known to have changed."""
        self._answers.clear()

    def _question(self, key: Key) -> _Answer[Value]:
        now = self._clock()
        if len(self._answers) >= MOST:
            self._answers = {key: each for key, each in self._answers.items() if each.until > now}
        answer = _Answer(until=now + self._life, task=asyncio.ensure_future(self._ask(key)))
        self._answers[key] = answer
        answer.task.add_done_callback(lambda done: self._forget_failure(key, done))
        return answer

    def _forget_failure(self, key: Key, done: asyncio.Future[Value]) -> None:
        if done.cancelled() or done.exception() is not None:
            known = self._answers.get(key)
            if known is not None and known.task is done:
                del self._answers[key]
