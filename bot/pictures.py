"""Brings a chart to Slack: drawn elsewhere, uploaded as a file of the bot's own, shown by a message's image block.

A file that was uploaded and is in no message is seen by nobody but the bot, and never shared: what a message that was
cut off left behind stays like that.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog
from aiohttp import ClientTimeout
from slack_sdk.web.async_client import AsyncWebClient

from bot.charts.chart import Chart, Picture
from bot.charts.studio import NotDrawn, Studio
from bot.charts.words import alt_text
from bot.slack_api import FAILURES, problem_of

PATIENCE = 20.0
"""Seconds for drawing and uploading: then a message goes without its picture."""

UPLOAD = ClientTimeout(total=10)
PAUSES = (0.5, 1.0, 2.0, 3.0)
"""Seconds between attempts to show a picture: Slack examines an uploaded file for a moment after it has said ok."""

UNREADY = "invalid_blocks"
"""What Slack says of an image block whose file it does not know yet, or not any more."""

T = TypeVar("T")
Draw = Callable[[Chart], Awaitable[bytes]]
"""Returns the PNG of a chart, or raises ``NotDrawn``."""

log = structlog.get_logger(__name__)


class Pictures:
    """``draw`` raises ``NotDrawn``; nothing that happens here is an error for who wants a picture."""

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        draw: Draw,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._draw = draw
        self._sleep = sleep

    async def make(self, chart: Chart) -> Picture | None:
        """Draw and upload a chart; None, and a warning in the log, when that fails or takes too long."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._make(chart)
        except NotDrawn as problem:
            log.warning("chart_not_drawn", problem=str(problem))
        except TimeoutError:
            log.warning("chart_not_uploaded", problem="it took too long")
        except FAILURES as error:
            log.warning("chart_not_uploaded", problem=str(problem_of(error)))
        return None

    async def _make(self, chart: Chart) -> Picture:
        png, alt = await self._draw(chart), alt_text(chart)
        name = f"spend-{chart.title.lower().replace(' ', '-')}.png"
        place = await self._client.files_getUploadURLExternal(filename=name, length=len(png), alt_txt=alt)
        session = self._client.session
        if session is None:
            raise RuntimeError("The client was made without its session.")
        async with session.post(str(place["upload_url"]), data=png, timeout=UPLOAD) as answer:
            answer.raise_for_status()
        file = str(place["file_id"])
        # The hint lets Slack show the file as a picture before it has examined it.
        await self._client.files_completeUploadExternal(
            files=[{"id": file, "title": chart.title, "highlight_type": "png"}]
        )
        return Picture(file=file, alt=alt)

    async def shown(
        self, send: Callable[[Picture | None], Awaitable[T]], picture: Picture | None
    ) -> tuple[T, Picture | None]:
        """Send a message with its picture as soon as Slack has it, else without; returns what was sent, and with what.

        *send* raises an error with ``problem`` or a Slack error; what is no matter of the picture is raised again.
        """
        for pause in (*PAUSES, None) if picture else ():
            try:
                return await send(picture), picture
            except Exception as error:
                if not _is_unready(error):
                    raise
            if pause is not None:
                await self._sleep(pause)
        if picture is not None:
            log.warning("chart_not_shown", file=picture.file)
        return await send(None), None


@asynccontextmanager
async def drawing(draw: Draw | None = None) -> AsyncIterator[Draw]:
    """Have charts drawn for the block, in a process that begins with the first one unless *draw* is another way."""
    studio = Studio()
    try:
        yield draw or studio.draw
    finally:
        await studio.close()


def _is_unready(error: Exception) -> bool:
    if isinstance(error, FAILURES):
        return problem_of(error).code == UNREADY
    return getattr(error, "problem", "") == UNREADY
