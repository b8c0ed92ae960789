"""Waking other processes at once by PostgreSQL's LISTEN and NOTIFY; whoever misses it finds the work at its next look.

Source: PostgreSQL manual, LISTEN and NOTIFY: a notification is delivered when its transaction commits, and lost to
whoever does not listen at that moment.
"""

import asyncio
import contextlib
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from workflows.alongside import alongside

if TYPE_CHECKING:
    import psycopg

Topic = Literal["work", "relay", "changed"]
"""What there is news of: work that somebody may claim, a question to a worker or its answer, a project at OpenAI."""

News = tuple[Topic, str]
"""A topic and, of what changed, the project's id."""

TOPICS: dict[str, Topic] = {"work": "work", "relay": "relay", "changed": "changed"}
CHANNEL = "countersign"
PAUSE = 1.0
"""Seconds until a lost connection is made again."""

ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds and probes after which a server that is gone without a word counts as gone (libpq's parameters)."""

log = structlog.get_logger(__name__)


class Bell:
    """Calls the listeners of a topic: for a commit of this process, and (while it listens) of every other."""

    def __init__(self, url: sa.URL) -> None:
        self._url = url.set(drivername="postgresql")
        self._own = uuid.uuid4().hex
        self._listeners: dict[Topic, list[Callable[[str], None]]] = defaultdict(list)
        self.connected = asyncio.Event()

    def on(self, topic: Topic, listener: Callable[[str], None]) -> None:
        self._listeners[topic].append(listener)

    def ring(self, news: News) -> None:
        topic, subject = news
        for listener in self._listeners[topic]:
            listener(subject)

    async def announce(self, connection: AsyncConnection, news: News) -> None:
        """Have the other processes hear of *news* when this transaction commits."""
        topic, subject = news
        await connection.execute(sa.select(sa.func.pg_notify(CHANNEL, f"{self._own} {topic} {subject}")))

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear the other processes for the block, on a connection of its own that is made again when it is lost."""
        async with alongside(self._listen(), "listen to the other processes"):
            yield

    async def _listen(self) -> None:
        import psycopg  # noqa: PLC0415 - nine megabytes, for who has PostgreSQL

        while True:
            try:
                await self._hear(psycopg.AsyncConnection)
            except (psycopg.Error, OSError) as problem:
                log.warning("listening_interrupted", error=type(problem).__name__)
            finally:
                self.connected.clear()
            await asyncio.sleep(PAUSE)

    async def _hear(self, driver: "type[psycopg.AsyncConnection]") -> None:
        address = self._url.render_as_string(hide_password=False)
        alive: dict[str, Any] = dict(ALIVE)
        connection = await driver.connect(address, autocommit=True, **alive)
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self.connected.set()
            self.ring(("work", ""))  # something may have been missed
            self.ring(("relay", ""))
            async for notification in connection.notifies():
                sender, _, heard = notification.payload.partition(" ")
                if sender != self._own:
                    topic, _, subject = heard.partition(" ")
                    self.ring((TOPICS.get(topic, "work"), subject))
