"""An office for tests of the listeners: a local workspace, the real app over HTTP, and people who click."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
from slack_sdk.signature import SignatureVerifier

from bot.background import Background
from bot.notifier import Notifier
from sandbox.slack import Workspace
from tests.support.company import Company
from workflows.lifecycle import State
from workflows.model import Reference, Request, Verdict
from workflows.reports import Reports
from workflows.service import Service

JSON = dict[str, Any]
PEOPLE = ("dana", "olivia", "omar", "fay", "finn", "fred", "pat", "audra", "petra")


async def until(condition: Callable[[], Awaitable[Any]], patience: float = 5.0) -> Any:
    """Wait until *condition* gives something true and return it; fails after *patience* seconds."""
    async with asyncio.timeout(patience):
        while True:
            if found := await condition():
                return found
            await asyncio.sleep(0.01)


def words(shown: Any) -> str:
    """Return every text in a view, a message or a list of them, one after the other."""
    if isinstance(shown, dict):
        own = [shown["text"]] if isinstance(shown.get("text"), str) else []
        return "\n".join(own + [words(value) for value in shown.values() if isinstance(value, dict | list)])
    if isinstance(shown, list):
        return "\n".join(map(words, shown))
    return ""


def action_ids(blocks: list[JSON]) -> set[str]:
    """Return the buttons in *blocks*, also those beside a section."""
    elements = [each for block in blocks for each in [*block.get("elements", []), block.get("accessory", {})]]
    return {each["action_id"] for each in elements if each.get("type") == "button"}


@dataclass(frozen=True, kw_only=True)
class Office:
    """The company at its desks: everything real but OpenAI and Slack, which are local."""

    company: Company
    service: Service
    reports: Reports
    workspace: Workspace
    notifier: Notifier
    background: Background
    http: httpx.AsyncClient
    requests: str
    """The id of the channel where requests are posted."""

    def id(self, name: str) -> str:
        return self.workspace.user_named(name).id

    async def _call(self, call: str, who: str, **fields: Any) -> JSON:
        answer = await self.http.post(f"/_sandbox/{call}", json={"user": self.id(who)} | fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def command(self, who: str, text: str = "") -> JSON:
        return await self._call("command", who, channel=self.requests, command="/openai", text=text)

    async def shortcut(self, who: str, callback_id: str) -> JSON:
        return await self._call("shortcut", who, callback_id=callback_id)

    async def action(self, who: str, action_id: str, **fields: Any) -> JSON:
        return await self._call("action", who, action_id=action_id, **fields)

    async def options(self, who: str, view: JSON, block_id: str, query: str = "") -> list[JSON]:
        answer = await self._call("options", who, view_id=view["id"], block_id=block_id, action_id="value", query=query)
        return list(answer["options"])

    async def submit(self, who: str, view: JSON, **values: Any) -> JSON:
        return await self._call("submit", who, view_id=view["id"], values=values)

    async def says(self, who: str, text: str, thread_ts: str | None = None) -> JSON:
        return await self._call("message", who, channel=self.requests, text=text, thread_ts=thread_ts)

    async def sees(self, who: str, channel: str | None = None, thread_ts: str | None = None) -> list[JSON]:
        """Return the messages *who* sees in *channel*: the one for requests unless another is given."""
        asked = {"user": self.id(who), "channel": channel or self.requests}
        asked |= {"thread_ts": thread_ts} if thread_ts else {}
        answer = await self.http.get("/_sandbox/messages", params=asked)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])

    async def told(self, who: str) -> str:
        """Return everything the bot wrote to *who* directly."""
        return words(await self.sees(who, self.id(who)))

    async def view(self, who: str) -> JSON | None:
        view: JSON | None = (await self.http.get("/_sandbox/view", params={"user": self.id(who)})).json()["view"]
        return view

    async def view_saying(self, who: str, text: str) -> JSON:
        """Wait until the modal in front of *who* holds *text*."""

        async def there() -> JSON | None:
            view = await self.view(who)
            return view if view and text in words(view) else None

        return dict(await until(there))

    async def fault(self, **faults: Any) -> None:
        (await self.http.post("/_sandbox/faults", json=faults)).raise_for_status()

    async def told_everybody(self) -> None:
        """Let the notifier bring every message that is due."""
        await self.notifier.drain(self.company.clock())

    async def ask_for_budget(self, who: str = "dana", limit: str = "800", origin: str = "") -> Request:
        """Ask for a bigger budget of internal-qa and have its card posted."""
        values = {"project": self.company.project_id, "monthly_limit": limit, "reason": "Launch <!channel>"}
        request = await self.service.open("budget", values, self.id(who), origin=origin)
        await self.told_everybody()
        return request

    async def carried_out(self, request: Request, *approvers: str) -> Request:
        """Have a request approved by these people and carried out, and tell of it."""
        for who in approvers:
            reference = Reference(request_id=request.id, stage=request.stage)
            request = await self.service.decide(reference, self.id(who), Verdict.APPROVE)
        await self.company.executor.run_due()
        await self.told_everybody()
        return (await self.service.dossier(request.id)).request

    async def offered_key(self, **changes: Any) -> Request:
        """Have Dana's key approved by Pat, so that it waits for her."""
        values = {"project": self.company.project_id, "service_account": "support-bot", "reason": "Launch"}
        request = await self.service.open("key", values | changes, self.id("dana"), origin="")
        return await self.carried_out(request, "pat")

    async def granted_budget(self, days: int = 10, limit: str = "800") -> Request:
        """Have Dana's bigger budget approved by Petra, and given until the last of so many days."""
        until = (self.company.clock() + timedelta(days=days)).date().isoformat()
        values = {"project": self.company.project_id, "monthly_limit": limit, "until": until, "reason": "Launch"}
        request = await self.service.open("budget", values, self.id("dana"), origin="")
        return await self.carried_out(request, "petra")

    async def card(self, who: str = "dana") -> JSON:
        """Return the latest card in the channel."""
        return [each for each in await self.sees(who) if each.get("bot_id") and not each.get("is_ephemeral")][-1]

    async def thread(self, who: str = "dana") -> list[JSON]:
        """Return the replies to the latest card."""
        return (await self.sees(who, thread_ts=(await self.card(who))["ts"]))[1:]

    async def press_directly(self, who: str, action_id: str) -> JSON:
        """Press a button of the latest direct message that has it."""
        for message in reversed(await self.sees(who, self.id(who))):
            if action_id in action_ids(message.get("blocks", [])):
                return await self.action(who, action_id, channel=self.id(who), ts=message["ts"])
        raise AssertionError(f"the bot wrote {who} no button {action_id}")

    async def press(self, who: str, action_id: str) -> JSON:
        """Press a button: of the latest reply that has it, else of the card."""
        for message in reversed([await self.card(who), *await self.thread(who)]):
            if action_id in action_ids(message.get("blocks", [])):
                return await self.action(who, action_id, channel=self.requests, ts=message["ts"])
        raise AssertionError(f"{who} sees no button {action_id}")

    async def deliver(self, body: JSON) -> tuple[int, str]:
        """Bring *body* as Slack would over HTTP, and return how it was answered."""
        event = body["type"] == "event_callback"
        content = json.dumps(body) if event else f"payload={quote(json.dumps(body))}"
        moment = str(int(time.time()))
        verifier = SignatureVerifier(self.workspace.tokens.signing_secret)
        headers = {
            "x-slack-request-timestamp": moment,
            "x-slack-signature": str(verifier.generate_signature(timestamp=moment, body=content)),
            "content-type": "application/json" if event else "application/x-www-form-urlencoded",
        }
        answer = await self.http.post(str(self.workspace.request_url), content=content, headers=headers)
        return answer.status_code, answer.text

    async def state(self, request: Request) -> State:
        return (await self.service.dossier(request.id)).request.state
