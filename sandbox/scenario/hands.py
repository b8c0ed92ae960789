"""The hands of a workspace's people: what they click and type, through ``/_sandbox/``, with the patience they have."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self, TypeVar

import httpx

AGAIN = 2
PATIENCE = 30.0
"""Seconds to wait for the bot to show or post what somebody is to click."""

T = TypeVar("T")
Message = Mapping[str, Any]


class Hands:
    """Everybody's hands in one workspace; people and channels go by their names.

    Methods raise ``TimeoutError`` when the bot does not come, ``httpx.HTTPStatusError`` when an act is refused.
    """

    def __init__(self, http: httpx.AsyncClient, workspace: Mapping[str, Any]) -> None:
        self._http = http
        self.users: dict[str, str] = {each["name"]: each["id"] for each in workspace["users"]}
        self.channels: dict[str, str] = {each["name"]: each["id"] for each in workspace["channels"]}
        (self.bot,) = (each["id"] for each in workspace["users"] if each["is_bot"])

    @classmethod
    async def of(cls, http: httpx.AsyncClient) -> Self:
        """Take hold of the workspace; *http* has the address of its ``/_sandbox`` as base URL."""
        answer = await http.get("/workspace")
        answer.raise_for_status()
        return cls(http, answer.json())

    async def get(self, path: str, **params: str) -> dict[str, Any]:
        answer = await self._http.get(path, params=params)
        answer.raise_for_status()
        read: dict[str, Any] = answer.json()
        return read

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self._http.post(path, json=body)
        answer.raise_for_status()
        read: dict[str, Any] = answer.json()
        return read

    async def command(self, who: str, text: str, channel: str = "general") -> dict[str, Any]:
        """Type ``/openai text``; returns what came back at once (``ephemeral``, ``view``)."""
        place = self.channels[channel]
        return await self.post("/command", user=self.users[who], channel=place, command="/openai", text=text)

    async def form(self, who: str, patience: float = PATIENCE) -> dict[str, Any]:
        """Wait until the dialog on somebody's screen is more than its loading screen."""

        async def opened() -> dict[str, Any] | None:
            view = (await self.get("/view", user=self.users[who]))["view"]
            return dict(view) if view and any(each["type"] == "input" for each in view["blocks"]) else None

        return await eventually(opened, "The form did not open.", patience)

    async def fill(self, who: str, **values: Any) -> dict[str, Any]:
        """Submit the dialog on somebody's screen; returns ``{ok, errors?, view?}``. A project goes by its name.

        Another may take its place meanwhile, when its command was typed twice; then that one is filled in.
        """
        form = await self.form(who)
        try:
            return await self._filled(who, form, values)
        except httpx.HTTPStatusError:
            shown = await self.form(who)
            if shown["id"] == form["id"]:
                raise
            return await self._filled(who, shown, values)

    async def _filled(self, who: str, form: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
        filled = dict(values)
        if "project" in values:
            filled["project"] = await self.offered(who, form, "project", values["project"])
        return await self._submit(user=self.users[who], view_id=form["id"], values=filled)

    async def _submit(self, **filled: Any) -> dict[str, Any]:
        """Submit, and once more when the app did not answer in time, as anybody would whose dialog is still there."""
        answer = await self.post("/submit", **filled)
        for _ in range(AGAIN):
            if answer.get("error") != "operation_timeout":
                break
            answer = await self.post("/submit", **filled)
        return answer

    async def ask(self, who: str, word: str, **values: Any) -> dict[str, Any]:
        """Open the form of ``/openai word`` and submit it; the command is typed once more when nothing opens.

        A form has to open within three seconds of the command, which a busy machine may miss.
        """
        for _ in range(AGAIN):
            await self.command(who, word)
            with contextlib.suppress(TimeoutError):
                await self.form(who, PATIENCE / 3)
                break
        return await self.fill(who, **values)

    async def offered(self, who: str, form: Mapping[str, Any], field: str, text: str) -> str:
        """Type into a type-ahead until something is offered, and return its value.

        A bot that just started knows no projects yet.
        """
        asked = {"view_id": form["id"], "block_id": field, "action_id": "value", "query": text}

        async def offered() -> str | None:
            answer = await self.post("/options", user=self.users[who], **asked)
            options = answer["options"] if answer["ok"] else ()  # the bot may be away for a moment
            return str(options[0]["value"]) if options else None

        return await eventually(offered, f"Nothing named {text} was offered.")

    async def messages(self, who: str, channel: str, thread_ts: str = "") -> list[dict[str, Any]]:
        """Return what somebody sees in a channel (or thread); a channel named ``bot`` is their DM with the bot."""
        place = self.bot if channel == "bot" else self.channels[channel]
        where = {"user": self.users[who], "channel": place} | ({"thread_ts": thread_ts} if thread_ts else {})
        read: list[dict[str, Any]] = (await self.get("/messages", **where))["messages"]
        return read

    async def buttons(self, who: str, channel: str, action: str = "approve") -> Message:
        """Wait for a message with this button in the thread of one of the channel's cards; the newest card first."""

        async def posted() -> Message | None:
            for card in reversed(await self.messages(who, channel)):
                for each in reversed(await self.messages(who, channel, card["ts"])):
                    if action in actions_of(each):
                        return dict(each)
            return None

        return await eventually(posted, f"The bot posted no {action} button.")

    async def click(self, who: str, channel: str, action: str) -> dict[str, Any]:
        """Wait for the button and click it."""
        message = await self.buttons(who, channel, action)
        place, ts = self.channels[channel], message["ts"]
        return await self.post("/action", user=self.users[who], channel=place, ts=ts, action_id=action)

    async def approve(self, who: str, channel: str) -> None:
        await self.click(who, channel, "approve")

    async def deny(self, who: str, channel: str, reason: str) -> dict[str, Any]:
        """Click Deny and say why in the dialog that opens."""
        await self.click(who, channel, "deny")
        form = await self.form(who)
        (field,) = [each["block_id"] for each in form["blocks"] if each["type"] == "input"]
        return await self.post("/submit", user=self.users[who], view_id=form["id"], values={field: reason})


def actions_of(message: Message) -> set[str]:
    """Return the action ids of a message's buttons."""
    return {each.get("action_id", "") for block in message.get("blocks", []) for each in block.get("elements", [])}


async def eventually(look: Callable[[], Awaitable[T | None]], otherwise: str, patience: float = PATIENCE) -> T:
    """Look until there is something, and return it. Raises ``TimeoutError`` with the sentence *otherwise*."""
    deadline = time.monotonic() + patience
    while (found := await look()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        await asyncio.sleep(0.05)
    return found
