"""The messages about money: an alert where its project's people are, the later ones of a month in its thread."""

from collections.abc import Awaitable, Callable, Mapping

from bot import cards
from bot.charts.chart import Picture
from bot.notifier.channels import Channels
from bot.notifier.mailbox import Mailbox, Mark, Place
from bot.notifier.outcomes import BadChannel, Gone, Refused, raise_for
from bot.notifier.showing import Showing
from bot.slack_api import FAILURES, problem_of
from workflows.model import AlertDossier, OutboxEntry, Posted
from workflows.store import Database

COPY = ":critical"
"""Ends the role of a critical alert's copy in the channel for alerts."""


class Alerting:
    """Posts and redraws alerts; ``dossier`` returns everything a card shows. Raises ``Later`` or ``Refused``."""

    def __init__(
        self,
        *,
        database: Database,
        mailbox: Mailbox,
        channels: Channels,
        showing: Showing,
        dossier: Callable[[str], Awaitable[AlertDossier]],
        requests_channel: str,
        alarm_channels: Mapping[str, str],
    ) -> None:
        self._database = database
        self._mailbox = mailbox
        self._channels = channels
        self._showing = showing
        self._dossier = dossier
        self._fallback = [alarm_channels.get("alerts", ""), requests_channel]

    async def tell(self, entry: OutboxEntry) -> None:
        """Post the alert once, and its copy if it is critical; redraw both when somebody has seen to it."""
        dossier = await self._dossier(str(entry.payload["alert"]))
        told = dossier.alert
        async with self._database.read() as work:
            standing = {each.role: each for each in await work.posted(told.thread)}
        for role in (told.id, f"{told.id}{COPY}"):
            if role in standing:
                await self._redraw(dossier, standing[role])
        main = standing.get(told.id) or await self._post_into(
            await self._own(dossier, standing), entry, dossier, told.id
        )
        alerts = await self._open(self._fallback[0])
        copied = f"{told.id}{COPY}" in standing or not told.critical
        if alerts and not copied and alerts[0].channel != main.channel:
            await self._post_into(alerts, entry, dossier, f"{told.id}{COPY}")

    async def _own(self, dossier: AlertDossier, standing: Mapping[str, Posted]) -> list[Place]:
        """Return where the alert belongs, best first: the thread of this month's first one, the project's channel."""
        first = standing.get(dossier.first_id)
        thread = [Place(channel=first.channel, thread=first.ts)] if first else []
        return [*thread, *await self._open(dossier.project.channel if dossier.project else "", *self._fallback)]

    async def _post_into(self, places: list[Place], entry: OutboxEntry, dossier: AlertDossier, role: str) -> Posted:
        """Post into the first place that takes it, unless an attempt that was cut off had done so."""
        refused: Refused = BadChannel("channel_not_found")
        mark = Mark(request=dossier.alert.thread, role=role, since=entry.created_at)
        for place in places:
            try:
                ts = await self._mailbox.find(place, mark) if entry.cut_off else None
                ts = ts or await self._post(place, dossier, mark)
            except (BadChannel, Gone) as problem:
                refused = problem
            else:
                return await self._stands(Posted(**_place(mark, place), ts=ts, version=_version(dossier)))
        raise refused

    async def _post(self, place: Place, dossier: AlertDossier, mark: Mark) -> str:
        async def post(picture: Picture | None) -> str:
            drawn = cards.alert(dossier, buttons=not mark.role.endswith(COPY), picture=picture)
            return await self._mailbox.post(place, drawn, mark)

        return await self._showing.with_picture(dossier, post)

    async def _redraw(self, dossier: AlertDossier, standing: Posted) -> None:
        if standing.version >= _version(dossier):
            return

        async def change(picture: Picture | None) -> None:
            drawn = cards.alert(dossier, buttons=not standing.role.endswith(COPY), picture=picture)
            await self._mailbox.change(standing.channel, standing.ts, drawn)

        try:
            await self._showing.with_picture(dossier, change, make=False)
        except (Gone, BadChannel):
            return  # somebody took it away, and what it said was seen to
        await self._stands(Posted(**vars(standing) | {"version": _version(dossier)}))

    async def _stands(self, posted: Posted) -> Posted:
        async with self._database.begin() as work:
            await work.record_post(posted)
        return posted

    async def _open(self, *names: str) -> list[Place]:
        """Return the channels with these names or ids that there are, each once."""
        try:
            ids = [await self._channels.named(name) for name in filter(None, names)]
        except FAILURES as error:
            raise_for(problem_of(error))
            raise
        return [Place(channel=each) for each in dict.fromkeys(filter(None, ids))]


def _version(dossier: AlertDossier) -> int:
    """Return a number that grows with what the card shows: its prompts, and that somebody has seen to it."""
    return 1 + bool(dossier.prompts) + 2 * (dossier.alert.acknowledged_at is not None)


def _place(mark: Mark, place: Place) -> dict[str, str]:
    return {"request_id": mark.request, "role": mark.role, "channel": place.channel}
