"""One message into one place exactly once: look for it when in doubt, else post it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientTimeout
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import Message
from bot.notifier.outcomes import BadChannel, Later, raise_for
from bot.notifier.pacer import Pacer
from bot.slack_api import FAILURES, problem_of

EVENT_TYPE = "countersign_message"
SKEW = timedelta(minutes=10)
"""How far Slack's clock may be from ours."""

UPLOAD = ClientTimeout(total=None, sock_connect=15, sock_read=60)
"""Seconds; a large file takes its time, but never stands still."""

PAGE = 200
PATIENCE = 1.0
"""Seconds to wait for a channel's turn; a longer wait gives way to other channels, and comes again for its turn."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A channel, or a thread in it."""

    channel: str
    thread: str | None = None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a message is for; it travels with it as metadata, which anybody in the workspace can read."""

    request: str
    role: str
    since: datetime

    def metadata(self) -> dict[str, Any]:
        return {"event_type": EVENT_TYPE, "event_payload": {"request": self.request, "role": self.role}}


class Mailbox:
    """Posts, finds and changes the bot's own messages. Raises ``Later``, ``BadChannel``, ``Gone`` or ``Refused``."""

    def __init__(
        self, *, client: AsyncWebClient, pacer: Pacer, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._client = client
        self._pacer = pacer
        self._sleep = sleep

    async def post(self, place: Place, message: Message, mark: Mark) -> str:
        """Post and return the message's ts."""
        await self._turn(place.channel, mark)
        try:
            return await self._post(place, message, mark)
        except BadChannel as bad:
            if bad.problem != "not_in_channel":
                raise
            async with self._answered(place.channel):
                await self._client.conversations_join(channel=place.channel)
            return await self._post(place, message, mark)

    async def find(self, place: Place, mark: Mark) -> str | None:
        """Return the ts of the message that carries *mark*, or None when it never arrived."""
        return await self._seek(place, mark.since, lambda each: each.get("metadata") == mark.metadata())

    async def find_file(self, channel: str, name: str, since: datetime) -> str | None:
        """Return the ts of the message that shares the file *name*, or None."""
        return await self._seek(
            Place(channel=channel), since, lambda each: any(file.get("name") == name for file in each.get("files", ()))
        )

    async def change(self, channel: str, ts: str, message: Message) -> None:
        """Redraw a message; text and blocks always go together, or the old ones of one kind may stay."""
        async with self._answered(channel):
            await self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)

    async def upload(self, channel: str, path: Path, comment: str) -> None:
        """Share the file at *path*, streamed: an export can be larger than our memory.

        https://docs.slack.dev/reference/methods/files.completeUploadExternal
        """
        await self._turn(channel)
        length = (await asyncio.to_thread(path.stat)).st_size
        async with self._answered(channel):
            place = await self._client.files_getUploadURLExternal(filename=path.name, length=length)
            await self._send(str(place["upload_url"]), path)
            await self._client.files_completeUploadExternal(
                files=[{"id": place["file_id"], "title": path.name}], channel_id=channel, initial_comment=comment
            )

    async def _send(self, url: str, path: Path) -> None:
        session = self._client.session
        if session is None:
            raise RuntimeError("The client was made without its session.")
        with await asyncio.to_thread(path.open, "rb") as file:
            async with session.post(url, data=file, timeout=UPLOAD) as answer:
                answer.raise_for_status()

    async def say(self, channel: str, text: str) -> None:
        """Post plain words that stand for nothing."""
        await self._turn(channel)
        async with self._answered(channel):
            await self._client.chat_postMessage(channel=channel, text=text)

    async def _post(self, place: Place, message: Message, mark: Mark) -> str:
        async with self._answered(place.channel):
            answer = await self._client.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread,
                text=message.text,
                blocks=message.blocks,
                metadata=mark.metadata(),
                unfurl_links=False,
                unfurl_media=False,
            )
        return str(answer["ts"])

    async def _seek(self, place: Place, since: datetime, wanted: Callable[[dict[str, Any]], bool]) -> str | None:
        try:
            return await self._search(place, since, wanted)
        except BadChannel:
            return None  # what is closed to us now was no place to post into either

    async def _search(self, place: Place, since: datetime, wanted: Callable[[dict[str, Any]], bool]) -> str | None:
        cursor: str | None = None
        while cursor != "":
            async with self._answered(place.channel):
                page: Any = await self._page(place, f"{(since - SKEW).timestamp():.6f}", cursor)
            found = next((each["ts"] for each in page["messages"] if wanted(each)), None)
            if found:
                return str(found)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        return None

    async def _page(self, place: Place, oldest: str, cursor: str | None) -> Any:
        options: dict[str, Any] = {
            "channel": place.channel,
            "oldest": oldest,
            "cursor": cursor,
            "limit": PAGE,
            "include_all_metadata": True,
        }
        if place.thread is None:
            return await self._client.conversations_history(**options)
        return await self._client.conversations_replies(ts=place.thread, **options)

    async def _turn(self, channel: str, mark: Mark | None = None) -> None:
        wait = self._pacer.wait(channel, PATIENCE, mark)
        if wait > PATIENCE:
            raise Later("paced", seconds=wait - PATIENCE)
        await self._sleep(wait)

    @contextlib.asynccontextmanager
    async def _answered(self, channel: str) -> AsyncIterator[None]:
        """Turn the SDK's errors into what they ask for."""
        try:
            yield
        except FAILURES as error:
            problem = problem_of(error)
            if problem.retry_after is not None:
                self._pacer.hold(channel, problem.retry_after)
            raise_for(problem)
