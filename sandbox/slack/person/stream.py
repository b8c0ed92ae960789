"""Server-sent events: what changed on a person's screen, as it changes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from sandbox.slack.team import Team

KEEP_ALIVE = 15.0
"""Seconds between comments that keep the line open."""

LOOK = 0.2
"""Seconds between two looks whether the server wants to stop."""


async def follow(team: Team, user: str, ending: Callable[[], bool]) -> AsyncIterator[str]:
    """Yield the events of *user* in the format of ``text/event-stream``, while somebody listens and until *ending*."""
    loop = asyncio.get_running_loop()
    with team.feed.listen(user) as queue:
        yield ": listening\n\n"
        said = loop.time()
        while not ending():
            try:
                event = await asyncio.wait_for(queue.get(), LOOK)
            except TimeoutError:
                if loop.time() - said < KEEP_ALIVE:
                    continue
                yield ": still here\n\n"
            else:
                if event.get("quiet"):
                    continue
                team.screens[user].home_told |= event["type"] == "home"
                yield f"data: {json.dumps(event)}\n\n"
            said = loop.time()
