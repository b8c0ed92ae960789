"""Tells whoever looks at a person's screen what changed there."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from sandbox.slack.model import Json


class Feed:
    """One stream of small events a person; several listeners may follow the same person."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Queue[Json]]] = defaultdict(set)

    def publish(self, users: Iterable[str], event: Json) -> None:
        """Hand *event* (its ``type`` first, then where it happened) to all who follow one of *users*."""
        for user in users:
            for queue in self._listeners[user]:
                queue.put_nowait(event)

    @contextlib.contextmanager
    def listen(self, user: str) -> Iterator[asyncio.Queue[Json]]:
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._listeners[user].add(queue)
        try:
            yield queue
        finally:
            self._listeners[user].discard(queue)
