"""The people of the chaos: they ask and decide, click twice, at once, and again when nothing came back."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import sqlalchemy as sa

from sandbox.scenario.company import address
from tests.support.installation import Installation
from workflows.store import tables

ASKING = ("dana", "priya", "quinn", "lena", "sam", "audra")
OWNERS = ("olivia", "omar")
DENIED = 0.2
"""The part of the requests that is denied."""

TRIES = 60
UNDECIDED = 20
"""Requests that wait at the most: a channel takes a message a second, and nobody decides what does not stand there."""


@dataclass
class Wish:
    """One project that somebody asks for, and what is to become of it."""

    name: str
    who: str
    denied: bool
    limit: int
    clicks: int = 0


@dataclass
class People:
    """Who asks and decides in *acme*; ``done`` counts the wishes that were asked for and decided."""

    acme: Installation
    dice: random.Random
    asked: int = 0
    decided: int = 0
    again: int = field(default=0)
    """How often somebody had to do something once more, because nothing or an error came back."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UNDECIDED))
    """For another request to be asked."""

    def wishes(self, count: int) -> list[Wish]:
        return [
            Wish(
                name=f"chaos-{number:04}",
                who=ASKING[number % len(ASKING)],
                denied=self.dice.random() < DENIED,
                limit=self.dice.randrange(10, 400),
            )
            for number in range(count)
        ]

    async def live(self, wishes: list[Wish]) -> None:
        """Have everything asked for and decided, by all at once."""
        async with asyncio.TaskGroup() as crew:
            for who in ASKING:
                crew.create_task(self._asking([each for each in wishes if each.who == who]))
            for number, owner in enumerate(OWNERS):
                crew.create_task(self._deciding(wishes[number :: len(OWNERS)], owner))

    async def _asking(self, wishes: list[Wish]) -> None:
        for wish in wishes:
            await self.room.acquire()
            await self._until(lambda wish=wish: self._ask(wish))  # type: ignore[misc]
            self.asked += 1

    async def _ask(self, wish: Wish) -> bool:
        """Ask, unless it is open already: an answer that was lost does not mean that nothing happened."""
        if await self._request(wish):
            return True
        hands = self.acme.hands
        values: dict[str, Any] = {
            "name": wish.name,
            "environment": "sandbox",
            "purpose": "Chaos.",
            "owners": [address(wish.who)],
            "monthly_limit": str(wish.limit),
        }
        await hands.command(wish.who, "new")
        async with asyncio.timeout(8):
            form = await hands.form(wish.who)
        # The same form, sent twice at the same instant.
        sent = [hands.post("/submit", user=hands.users[wish.who], view_id=form["id"], values=values) for _ in range(2)]
        await asyncio.gather(*sent, return_exceptions=True)
        return await self._request(wish) is not None

    async def _deciding(self, wishes: list[Wish], owner: str) -> None:
        for wish in wishes:
            await self._until(lambda wish=wish: self._decide(wish, owner))  # type: ignore[misc]
            self.decided += 1
            self.room.release()

    async def _decide(self, wish: Wish, owner: str) -> bool:
        """Click, several times and together with somebody else; says whether the request is decided."""
        found = await self._request(wish)
        if found is None:
            return False
        request_id, state = found
        if state != "pending":
            return True
        standing = await self._posted(request_id, "card" if wish.denied else "stage")
        if standing is None:
            return False
        channel, ts = standing
        hands = self.acme.hands
        other = OWNERS[OWNERS.index(owner) - 1]
        wish.clicks += 1
        if wish.denied:
            text = f"<@{hands.bot}> deny Not in this chaos."
            say = [hands.post("/message", user=hands.users[owner], channel=channel, text=text, thread_ts=ts)]
            await asyncio.gather(*say, return_exceptions=True)
        else:
            click = {"channel": channel, "ts": ts, "action_id": "approve"}
            clicks = [hands.post("/action", user=hands.users[who], **click) for who in (owner, owner, other)]
            await asyncio.gather(*clicks, return_exceptions=True)
        await asyncio.sleep(0.3)
        found = await self._request(wish)
        return found is not None and found[1] != "pending"

    async def _until(self, act: Callable[[], Awaitable[bool]]) -> None:
        """Do it until it has happened, as somebody does whose bot was away for a moment."""
        for attempt in range(TRIES):
            try:
                if await act():
                    return
            except (httpx.HTTPError, TimeoutError, sa.exc.DBAPIError):
                self.again += 1
            await asyncio.sleep(0.2 + min(attempt, 10) * 0.2)
        raise AssertionError("Somebody tried sixty times, and it never happened.")

    async def _request(self, wish: Wish) -> tuple[str, str] | None:
        """Return the id and the state of the request for *wish*."""
        requests = tables.requests
        query = sa.select(requests.c.id, requests.c.state).where(requests.c.title.contains(wish.name))
        rows = await self._rows(query)
        assert len(rows) < 2, f"{wish.name} was asked for twice: {rows}"
        return (rows[0].id, rows[0].state) if rows else None

    async def _posted(self, request_id: str, role: str) -> tuple[str, str] | None:
        posted = tables.posted
        mine = (posted.c.request_id == request_id, posted.c.role.startswith(role))
        rows = await self._rows(sa.select(posted.c.channel, posted.c.ts).where(*mine))
        return (rows[0].channel, rows[0].ts) if rows else None

    async def _rows(self, query: Any) -> list[sa.Row[Any]]:
        async with self.acme.database() as database, database.read() as work:
            return list((await work.connection.execute(query)).all())
