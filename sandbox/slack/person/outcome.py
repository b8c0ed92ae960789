"""What a person sees after what they did, once the app has had a moment to show it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Iterator

from sandbox.slack import messages, views
from sandbox.slack.delivery.envelope import Ack, NotAcknowledged
from sandbox.slack.model import Json, Message, User
from sandbox.slack.team import Team

_GRACE = 0.03
"""Seconds after the first sign in which more may follow."""

SHOWN = ("view", "ephemeral")


class Watch:
    """Looks at one person's screen from before an act until it has settled."""

    def __init__(self, team: Team, user: User, queue: asyncio.Queue[Json]) -> None:
        self._team = team
        self._user = user
        self._queue = queue
        self._before = self._own_ephemerals()

    async def settle(self, *signs: str, message: Message | None = None) -> None:
        """Wait until one of *signs* shows, or something about *message* or its thread; at most ``Timing.settle``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._team.timing.settle):
                while not _is_sign(await self._queue.get(), signs, message):
                    pass
                await asyncio.sleep(_GRACE)

    def seen(self) -> Json:
        """Return the ephemerals that came, and the view on top now."""
        team, user = self._team, self._user
        fresh = [(place, each) for place, each in self._own_ephemerals() if (place, each) not in self._before]
        view = views.top(team, user.id)
        return {
            "ephemeral": [messages.render(team, team.state.channels[place], each) for place, each in fresh],
            "view": None if view is None else views.render(team, view),
        }

    def _own_ephemerals(self) -> list[tuple[str, Message]]:
        own = self._team.screens[self._user.id].ephemerals
        return [(channel, each.model_copy()) for channel, found in own.items() for each in found]


@contextlib.contextmanager
def watching(team: Team, user: User) -> Iterator[Watch]:
    with team.feed.listen(user.id) as queue:
        yield Watch(team, user, queue)


async def answered(delivery: Awaitable[Ack], watch: Watch) -> tuple[Ack | None, Json]:
    """Return the acknowledgement, or ``None`` and what the person is told when there was none."""
    try:
        return await delivery, {}
    except NotAcknowledged as failure:
        return None, {"ok": False, "error": failure.person} | watch.seen()


def _is_sign(event: Json, signs: tuple[str, ...], message: Message | None) -> bool:
    if event["type"] in signs:
        return True
    around = set() if message is None else {message.ts, message.thread_ts} - {None}
    return event.get("ts") in around or event.get("thread_ts") in around
