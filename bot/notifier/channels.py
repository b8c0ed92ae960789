"""From what people write (a name, an id, a person) to the channel id that Slack wants."""

import re
import time
from collections.abc import Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.recent import Recent

LISTED = 600.0
"""Seconds that the list of channels is believed."""

MISSED = 20.0
"""Seconds before a name that was not on the list is looked for again."""

PAGE = 500
_ID = re.compile(r"[CGD][A-Z0-9]{6,}")


class Channels:
    """Looks channels up; every method raises the Slack SDK's errors."""

    def __init__(self, client: AsyncWebClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._direct = Recent(self._open, life=LISTED, clock=clock)
        self._listed = Recent(self._list, life=LISTED, clock=clock)
        self._lately = Recent(self._list, life=MISSED, clock=clock)

    async def named(self, channel: str) -> str | None:
        """Return the id of a channel given by id or name (with or without #), or None when there is none."""
        if _ID.fullmatch(channel):
            return channel
        name = channel.removeprefix("#").lower()
        return (await self._listed.get(None)).get(name) or (await self._lately.get(None)).get(name)

    async def direct(self, user: str) -> str:
        """Return the channel of the bot's direct messages with *user*."""
        return await self._direct.get(user)

    async def _open(self, user: str) -> str:
        return str((await self._client.conversations_open(users=user))["channel"]["id"])

    async def _list(self, _key: None) -> dict[str, str]:
        found: dict[str, str] = {}
        cursor: str | None = None
        while cursor != "":
            page: Any = await self._client.conversations_list(
                types="public_channel,private_channel", exclude_archived=True, limit=PAGE, cursor=cursor
            )
            found |= {each["name"]: each["id"] for each in page["channels"]}
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        return found
