"""Acting as a person of the workspace, a clock to move, and a few Block Kit pieces for the tests beside this file."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

JSON = dict[str, Any]


class MovableClock:
    """The wall clock, and as far ahead of it as a test has moved it (seconds)."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self._ahead

    def move(self, seconds: float) -> None:
        self._ahead += seconds


class Person:
    """Somebody with a channel open, who does what ``/_sandbox/`` lets people do."""

    def __init__(self, http: httpx.AsyncClient, user: str, channel: str) -> None:
        self._http = http
        self.user = user
        self.channel = channel

    async def does(self, call: str, **fields: Any) -> JSON:
        """Make a call that must be well-formed."""
        answer = await self._http.post(f"/_sandbox/{call}", json={"user": self.user} | fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def is_refused(self, call: str, **fields: Any) -> str:
        """Make a malformed call and return the sentence that says so."""
        answer = await self._http.post(f"/_sandbox/{call}", json={"user": self.user} | fields)
        assert answer.status_code == 400
        assert answer.json()["ok"] is False
        return str(answer.json()["error"])

    async def command(self, text: str = "", command: str = "/openai") -> JSON:
        return await self.does("command", channel=self.channel, command=command, text=text)

    async def says(self, text: str, thread_ts: str | None = None) -> JSON:
        return await self.does("message", channel=self.channel, text=text, thread_ts=thread_ts)

    async def sees(self, channel: str | None = None, thread_ts: str | None = None) -> list[JSON]:
        asked = {"user": self.user, "channel": channel or self.channel}
        if thread_ts:
            asked["thread_ts"] = thread_ts
        answer = await self._http.get("/_sandbox/messages", params=asked)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])

    async def view(self) -> JSON | None:
        view: JSON | None = (await self._http.get("/_sandbox/view", params={"user": self.user})).json()["view"]
        return view

    async def home(self) -> JSON | None:
        view: JSON | None = (await self._http.get("/_sandbox/home", params={"user": self.user})).json()["view"]
        return view


async def until(condition: Callable[[], Any] | Callable[[], Awaitable[Any]], patience: float = 5.0) -> Any:
    """Wait until *condition* is true and return what it gave; fails after *patience* seconds."""
    async with asyncio.timeout(patience):
        while True:
            found = condition()
            found = await found if isinstance(found, Awaitable) else found
            if found:
                return found
            await asyncio.sleep(0.01)


async def orders(http: httpx.AsyncClient, **faults: Any) -> JSON:
    answer = await http.post("/_sandbox/faults", json=faults)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str, text: str = "Press", **more: Any) -> JSON:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def option(value: str, text: str | None = None) -> JSON:
    return {"text": plain(text or value), "value": value}


def field(block_id: str, element: JSON, **more: Any) -> JSON:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id),
        "element": {"action_id": "value", **element},
        **more,
    }


def text_field(block_id: str, **more: Any) -> JSON:
    return field(block_id, {"type": "plain_text_input"}, **more)


def modal(*blocks: JSON, **more: Any) -> JSON:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }
