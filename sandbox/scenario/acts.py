"""What the company's people did this morning, acted through the local workspace as they would click it."""

import asyncio
import time
from typing import Any

import httpx

from sandbox.scenario.company import address

PATIENCE = 30.0
"""Seconds to wait for the bot to post what somebody is to click."""


async def act(workspace_address: str) -> None:
    """Ask, approve and deny as the company's people, so that requests in several states stand in the channels.

    Raises ``TimeoutError`` when the bot does not answer, ``httpx.HTTPStatusError`` when an act is refused.
    """
    async with httpx.AsyncClient(base_url=f"{workspace_address}/_sandbox", timeout=PATIENCE) as http:
        stage = Stage(http, await _get(http, "/workspace"))
        await stage.ask("quinn", "budget", project="internal-qa", monthly_limit="500", reason="Nightly runs for 4.2.")
        await stage.decide("internal-qa", "olivia")
        await stage.ask("dana", "budget", project="prompt-lab", monthly_limit="2,000", reason="Trying bigger models.")
        await stage.decide("prompt-lab", "lena", deny="Let us first see what the mini model can do.")
        await stage.ask(
            "dana",
            "budget",
            project="support-assistant",
            monthly_limit="2,800",
            reason="The help centre opens in Spain on Thursday; last year that doubled the questions for a week.",
        )
        await stage.ask(
            "lena",
            "new",
            name="voice-notes",
            environment="sandbox",
            purpose="Can we turn customers' voice notes into tickets?",
            owners=[address("lena")],
            members=[address("dana"), address("priya")],
        )


async def _get(http: httpx.AsyncClient, path: str, **params: str) -> dict[str, Any]:
    answer = await http.get(path, params=params)
    answer.raise_for_status()
    read: dict[str, Any] = answer.json()
    return read


class Stage:
    """The workspace, and the hands of its people."""

    def __init__(self, http: httpx.AsyncClient, workspace: dict[str, Any]) -> None:
        self._http = http
        self._users = {each["name"]: each["id"] for each in workspace["users"]}
        self._channels = {each["name"]: each["id"] for each in workspace["channels"]}

    async def _post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self._http.post(path, json=body)
        answer.raise_for_status()
        read: dict[str, Any] = answer.json()
        return read

    async def ask(self, who: str, word: str, **values: Any) -> None:
        """Open the form of ``/openai word`` and submit it."""
        user = self._users[who]
        await self._post("/command", user=user, channel=self._channels["general"], command="/openai", text=word)
        form = await self._filled_form(user)
        if "project" in values:
            values["project"] = await self._offered(user, form, "project", values["project"])
        await self._post("/submit", user=user, view_id=form["id"], values=values)

    async def _filled_form(self, user: str) -> dict[str, Any]:
        """Wait until the form is more than its loading screen."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            view = (await _get(self._http, "/view", user=user))["view"]
            if view and any(each["type"] == "input" for each in view["blocks"]):
                form: dict[str, Any] = view
                return form
            await asyncio.sleep(0.05)
        raise TimeoutError("The form did not open.")

    async def _offered(self, user: str, form: dict[str, Any], field: str, text: str) -> str:
        asked = {"user": user, "view_id": form["id"], "block_id": field, "action_id": "value", "query": text}
        offered = (await self._post("/options", **asked))["options"]
        return str(offered[0]["value"])

    async def decide(self, channel: str, who: str, *, deny: str = "") -> None:
        """Wait for the buttons in the thread of the channel's newest card and click."""
        user, place = self._users[who], self._channels[channel]
        ts = await self._buttons(user, place)
        action = "deny" if deny else "approve"
        await self._post("/action", user=user, channel=place, ts=ts, action_id=action)
        if deny:
            form = await self._filled_form(user)
            (field,) = [each["block_id"] for each in form["blocks"] if each["type"] == "input"]
            await self._post("/submit", user=user, view_id=form["id"], values={field: deny})

    async def _buttons(self, user: str, channel: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for card in reversed((await _get(self._http, "/messages", user=user, channel=channel))["messages"]):
                thread = await _get(self._http, "/messages", user=user, channel=channel, thread_ts=card["ts"])
                for each in thread["messages"]:
                    if any(element.get("action_id") == "approve" for element in _elements(each)):
                        return str(each["ts"])
            await asyncio.sleep(0.1)
        raise TimeoutError("The bot posted no buttons.")


def _elements(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for block in message.get("blocks", []) for each in block.get("elements", [])]
