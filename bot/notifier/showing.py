"""The picture of an alert: made once, remembered before it is shown, the same on every card and after every change."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot.charts.chart import Picture
from bot.charts.months import chart_of_alert
from bot.pictures import Pictures
from workflows.model import AlertDossier
from workflows.store import Database

T = TypeVar("T")


class Showing:
    """Without ``pictures`` alerts have none. ``now`` is the clock (UTC)."""

    def __init__(self, *, database: Database, pictures: Pictures | None, now: Callable[[], datetime]) -> None:
        self._database = database
        self._pictures = pictures
        self._now = now

    async def with_picture(
        self, dossier: AlertDossier, send: Callable[[Picture | None], Awaitable[T]], *, make: bool = True
    ) -> T:
        """Have *send* show the alert with its picture; with *make* one is made if there is none.

        When there is no picture, or Slack does not take it, it is shown without. Raises what *send* raises.
        """
        if self._pictures is None:
            return await send(None)
        picture = await self._kept(dossier) or (await self._made(self._pictures, dossier) if make else None)
        sent, shown = await self._pictures.shown(send, picture)
        if picture is not None and shown is None:
            async with self._database.begin() as work:
                await work.forget_picture(dossier.alert.id)
        return sent

    async def _kept(self, dossier: AlertDossier) -> Picture | None:
        async with self._database.read() as work:
            kept = await work.picture(dossier.alert.id)
        return Picture(file=kept[0], alt=kept[1]) if kept is not None else None

    async def _made(self, pictures: Pictures, dossier: AlertDossier) -> Picture | None:
        """Make the picture and remember it: an attempt to post that is cut off uploads no second one."""
        picture = await pictures.make(chart_of_alert(dossier))
        if picture is not None:
            async with self._database.begin() as work:
                await work.keep_picture(dossier.alert.id, picture.file, picture.alt, self._now())
        return picture
