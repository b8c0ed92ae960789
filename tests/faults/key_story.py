"""The lives that a key can have in Slack: made, shown or lost in every way, taken, rotated, lapsed."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.scenario.hands import eventually
from tests.support.installation import Installation
from tests.support.process import Process
from workflows.errors import Conflict
from workflows.model import Claim, ClaimState

PATIENCE = 60.0
MADE = r"/service_accounts/[^/]+/api_keys$"


@dataclass
class Door:
    """Slack's entrance; while ``stalls`` names a method, its calls wait there for ever."""

    stalls: str = ""
    waiting: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def pass_through(scope: Scope, receive: Receive, send: Send) -> None:
            if not (self.stalls and scope.get("path", "").endswith(self.stalls)):
                await app(scope, receive, send)
                return
            self.waiting.set()
            while (await receive())["type"] != "http.disconnect":
                pass

        return pass_through


@dataclass
class Story:
    """Dana's keys: ``issued`` is every value that OpenAI ever gave away, ``logs`` what the bots wrote that ended."""

    acme: Installation
    door: Door
    issued: list[str]
    bot: Process
    logs: list[str] = field(default_factory=list)

    async def ask(self, approver: str, title: str, word: str, **values: Any) -> str:
        """Have something asked for, approved and carried out; returns the ts of its card."""
        answer = await self.acme.hands.ask("dana", word, project="prompt-lab", reason="Reads the notes.", **values)
        assert answer["ok"], answer
        if approver:
            await self.acme.hands.approve(approver, "requests")
        return str((await self.acme.card("requests", title, "Done"))["ts"])

    async def press(self, card: str) -> None:
        """Press the button that makes the key as soon as it stands there, and wait until that has begun."""
        before = (await self.claims())[-1].attempt
        place, dana = self.acme.hands.channels["requests"], self.acme.hands.users["dana"]

        async def pressed() -> bool | None:
            with contextlib.suppress(httpx.HTTPStatusError):
                await self.acme.hands.post("/action", user=dana, channel=place, ts=card, action_id="claim")
                return True
            return None

        async def begun() -> bool | None:
            return (await self.claims())[-1].attempt > before or None

        await eventually(pressed, "There is no button for the key.", PATIENCE)
        await eventually(begun, "Nobody began to make the key.", PATIENCE)

    async def dialog(self, word: str) -> str:
        """Wait until the dialog on Dana's screen says *word*; returns all that is in it."""

        async def there() -> str | None:
            view = (await self.acme.hands.get("/view", user=self.acme.hands.users["dana"]))["view"]
            return str(view) if word in str(view) else None

        return await eventually(there, f"No dialog says {word}.", PATIENCE)

    async def claims(self) -> list[Claim]:
        """Return every claim, the oldest first."""
        async with self.acme.database() as database, database.read() as work:
            ids = sorted({each.request_id async for each in work.audit_entries() if each.kind in ("key", "rotate_key")})
            found = [await work.claim_of(each) for each in ids]
        return sorted(filter(None, found), key=lambda each: each.opened_at)

    async def become(self, state: ClaimState) -> None:
        """Wait until the latest claim is in this state."""

        async def there() -> bool | None:
            return (await self.claims())[-1].state is state or None

        await eventually(there, f"The key did not become {state}.", PATIENCE)

    async def hurry(self, **changes: Any) -> None:
        """Change when something of the latest claim is due, so that nobody waits for it, unless it happened already."""
        claim = (await self.claims())[-1]
        async with self.acme.database() as database:
            with contextlib.suppress(Conflict):
                async with database.begin() as work:
                    await work.save_claim(claim, replace(claim, **changes))

    async def given_up(self) -> None:
        """Wait until the attempt has failed, what was made is revoked, and the key can be taken again."""

        async def failed() -> bool | None:
            claim = (await self.claims())[-1]
            return bool(claim.problem) or claim.state is ClaimState.OPEN or None

        await eventually(failed, "The attempt did not fail.", PATIENCE)
        await self.over()

    async def over(self) -> None:
        """Let the time of the attempt be over."""
        claim = (await self.claims())[-1]
        if claim.state is ClaimState.MINTING:
            await self.hurry(lease_until=claim.opened_at)
        await self.become(ClaimState.OPEN)

    async def everybody_told(self) -> None:
        """Wait until the bot has nothing left to say: what it was about to say when it dies waits for a minute."""

        async def told() -> bool | None:
            async with self.acme.database() as database, database.read() as work:
                waiting, _ = await work.outbox_backlog()
            return waiting == 0 or None

        await eventually(told, "Somebody is not told.", PATIENCE)

    async def live_again(self) -> None:
        """Kill the bot, and start another one."""
        self.bot.kill()
        await self.bot.ended()
        self.logs.append(self.bot.output)
        self.bot = await Process(self.acme, "run").start()
        await self.over()


async def refused(story: Story, card: str) -> None:
    url = f"{story.acme.openai_url}/_sandbox/organization"
    await story.acme.http.post(url, json={"longest_key_life": 60})
    await story.press(card)
    await story.dialog("No key was made")
    await story.acme.http.post(url, json={"longest_key_life": None})
    await story.given_up()


async def not_opened(story: Story, card: str) -> None:
    await story.acme.fault("slack", methods=[{"method": "views.open", "error": "expired_trigger_id"}])
    await story.press(card)
    await story.given_up()


async def not_shown(story: Story, card: str) -> None:
    await story.acme.fault("slack", methods=[{"method": "views.update", "error": "invalid_arguments"}])
    await story.press(card)
    await story.given_up()


async def nobody_knows_whether_shown(story: Story, card: str) -> None:
    await story.acme.fault("slack", methods=[{"method": "views.update", "drop": "after"}])
    await story.press(card)
    await story.given_up()


async def cut_off(story: Story, card: str) -> None:
    await story.acme.fault("openai", fault="cut", when="after_commit", method="POST", path_regex=MADE)
    await story.press(card)
    await story.given_up()


async def answered_by_an_error(story: Story, card: str) -> None:
    await story.acme.fault("openai", fault="server_error", when="after_commit", method="POST", path_regex=MADE)
    await story.press(card)
    await story.given_up()


async def killed_while_it_is_made(story: Story, card: str) -> None:
    made = len(story.issued)
    await story.everybody_told()
    await story.acme.fault("openai", fault="no_answer", when="after_commit", method="POST", path_regex=MADE)
    await story.press(card)

    async def there() -> bool | None:
        return len(story.issued) > made or None

    await eventually(there, "No key was made.", PATIENCE)
    await story.live_again()


async def killed_while_it_is_shown(story: Story, card: str) -> None:
    await story.everybody_told()
    story.door.stalls = "/api/views.update"
    await story.press(card)
    await asyncio.wait_for(story.door.waiting.wait(), PATIENCE)
    story.door.stalls = ""
    await story.live_again()


FAILURES: tuple[Callable[[Story, str], Awaitable[None]], ...] = (
    refused,
    not_opened,
    not_shown,
    nobody_knows_whether_shown,
    cut_off,
    answered_by_an_error,
    killed_while_it_is_made,
    killed_while_it_is_shown,
)
WITHOUT_KEY = (refused, not_opened)
"""Those in which none was made."""
