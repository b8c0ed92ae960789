"""The people of the chaos: they ask and decide, click twice, at once, and again when nothing came back."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import sqlalchemy as sa

from sandbox.scenario.hands import T
from tests.faults.chaos.stories import CHANNELS, Story, Wish
from tests.support.installation import Installation
from workflows.lifecycle import FINAL
from workflows.store import Database, tables

AT_ONCE = 40
"""Stories that go on at the same time."""

PATIENCE = 600.0
"""Seconds in which anything has to happen: OpenAI lets some ten projects be made a minute, for all of them together."""

LOOKS = 15
"""Seconds in which somebody waits for what the bot took over to do it later, before they ask once more."""

OVER = {each.value for each in FINAL} | {"granted"}


@dataclass
class People:
    """Who asks and decides in *acme*, reading in *database* what became of it."""

    acme: Installation
    database: Database
    again: int = 0
    """How often somebody had to do something once more, because nothing or an error came back."""

    forms: set[str] = field(default_factory=set)
    """The ids of all dialogs that were submitted: each may have become one request."""

    screens: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    """Held while somebody has a dialog open: they have one screen."""

    def gather(self) -> None:
        """Make the channels that the stories happen in."""
        workspace = self.acme.workspace
        members = [*(each.id for each in workspace.people()), workspace.bot.user_id]
        for name in CHANNELS:
            self.acme.hands.channels[name] = workspace.add_channel(name, members).id

    async def live(self, stories: list[Story]) -> None:
        """Have everything asked for and decided, many stories at once."""
        room = asyncio.Semaphore(AT_ONCE)

        async def lived(story: Story) -> None:
            async with room:
                for wish in story.wishes:
                    await self._asked(wish)
                    await self._until(partial(self._decided, wish))
                    if wish is not story.wishes[-1]:
                        await self._until(partial(self._state, wish, OVER))

        async with asyncio.TaskGroup() as crew:
            for story in stories:
                crew.create_task(lived(story))

    async def _asked(self, wish: Wish) -> None:
        async def asked() -> str | None:
            async with self.screens[wish.who]:
                return await self._opened(wish) or await self._ask(wish)

        wish.request_id = await self._until(asked)

    async def _ask(self, wish: Wish) -> str | None:
        """Ask: the same form, sent twice at the same instant, and again while it is still there.

        With a new form it is another request: a bot that answers late may have taken the first.
        """
        hands, values = self.acme.hands, dict(wish.values)
        await hands.command(wish.who, "new" if wish.is_project else "budget")
        async with asyncio.timeout(8):
            form = await hands.form(wish.who)
            if wish.is_project:
                values["channel"] = hands.channels[str(values["channel"])]
            else:
                values["project"] = await hands.offered(wish.who, form, "project", wish.name)
        submitted = {"user": hands.users[wish.who], "view_id": form["id"], "values": values}
        self.forms.add(form["id"])
        for _ in range(LOOKS):
            if await self._shows(wish.who, form["id"]):
                await asyncio.gather(*(hands.post("/submit", **submitted) for _ in range(2)), return_exceptions=True)
            if found := await self._opened(wish):
                return found
            await asyncio.sleep(1)
        return None

    async def _shows(self, who: str, form_id: str) -> bool:
        """Say whether this dialog, with its fields, is still on somebody's screen, perhaps because nobody answered."""
        view = (await self.acme.hands.get("/view", user=self.acme.hands.users[who]))["view"]
        return bool(view) and view["id"] == form_id and any(each["type"] == "input" for each in view["blocks"])

    async def _decided(self, wish: Wish) -> bool:
        """Click, several times and together with somebody else; says whether the request is decided."""
        if not await self._state(wish, {"pending"}):
            return True
        standing = await self._posted(wish.request_id, "card" if wish.denied else "stage")
        if standing is None:
            return False
        channel, ts = standing
        hands, (decider, other) = self.acme.hands, wish.deciders
        if wish.denied:
            text = f"<@{hands.bot}> deny Not in this chaos."
            say = [hands.post("/message", user=hands.users[decider], channel=channel, text=text, thread_ts=ts)]
            await asyncio.gather(*say, return_exceptions=True)
        else:
            click = {"channel": channel, "ts": ts, "action_id": "approve"}
            clicks = [hands.post("/action", user=hands.users[who], **click) for who in (decider, decider, other)]
            await asyncio.gather(*clicks, return_exceptions=True)
        await asyncio.sleep(0.3)
        return not await self._state(wish, {"pending"})

    async def _until(self, act: Callable[[], Awaitable[T | None]]) -> T:
        """Do it until it has happened, as somebody does whose bot was away for a moment; returns what came of it."""
        deadline, pause = time.monotonic() + PATIENCE, 0.2
        while time.monotonic() < deadline:
            try:
                if found := await act():
                    return found
            except (httpx.HTTPError, TimeoutError, sa.exc.DBAPIError):
                self.again += 1
            await asyncio.sleep(pause)
            pause = min(2.0, pause + 0.2)
        raise AssertionError(f"Somebody tried for {PATIENCE:.0f} seconds, and it never happened.")

    async def _opened(self, wish: Wish) -> str | None:
        """Return the id of the request for *wish*: an answer that was lost does not mean that nothing happened."""
        requests = tables.requests
        mine = (requests.c.kind == wish.kind, requests.c.title.endswith(wish.title))
        rows = await self._rows(sa.select(requests.c.id).where(*mine).order_by(requests.c.created_at))
        return str(rows[0].id) if rows else None

    async def withdraw(self, wishes: list[Wish]) -> int:
        """Cancel what somebody asked for with a second form, when the first was taken after all; returns how many."""
        requests, wanted = tables.requests, {each.request_id for each in wishes}
        rows = await self._rows(sa.select(requests.c.id, requests.c.state, requests.c.origin, requests.c.requester_id))
        assert {each.origin.removeprefix("view:") for each in rows} <= self.forms, "a request that nobody asked for"
        assert len({each.origin for each in rows}) == len(rows), "a form that became two requests"
        surplus = [each for each in rows if each.id not in wanted]
        for each in surplus:
            if each.state == "pending" and (standing := await self._posted(each.id, "card")) is not None:
                click = {"channel": standing[0], "ts": standing[1], "action_id": "cancel"}
                await self.acme.hands.post("/action", user=each.requester_id, **click)
        return len(surplus)

    async def _state(self, wish: Wish, states: set[str]) -> bool:
        """Say whether the request is in one of these states."""
        requests = tables.requests
        (row,) = await self._rows(sa.select(requests.c.state).where(requests.c.id == wish.request_id))
        return row.state in states

    async def _posted(self, request_id: str, role: str) -> tuple[str, str] | None:
        posted = tables.posted
        mine = (posted.c.request_id == request_id, posted.c.role.startswith(role))
        rows = await self._rows(sa.select(posted.c.channel, posted.c.ts).where(*mine))
        return (rows[0].channel, rows[0].ts) if rows else None

    async def _rows(self, query: Any) -> list[sa.Row[Any]]:
        async with self.database.read() as work:
            return list((await work.connection.execute(query)).all())
