"""An alert told to each owner of its project by direct message: a month's first one, and every critical one.

More would be noise: the channel has them all. Each owner's message is an order of its own, so that one whom Slack does
not let us reach delays neither the channel nor another owner.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot import cards
from bot.notifier.channels import Channels
from bot.notifier.mailbox import Mailbox, Mark, Place
from bot.notifier.outcomes import raise_for
from bot.slack_api import FAILURES, problem_of
from workflows.model import AlertDossier, OutboxEntry, OutboxTopic, Posted
from workflows.store import Database


class Owners:
    """``dossier`` returns everything a card shows. Raises ``Later`` or ``Refused``."""

    def __init__(
        self,
        *,
        database: Database,
        mailbox: Mailbox,
        channels: Channels,
        dossier: Callable[[str], Awaitable[AlertDossier]],
    ) -> None:
        self._database = database
        self._mailbox = mailbox
        self._channels = channels
        self._dossier = dossier

    async def order(self, entry: OutboxEntry, now: datetime) -> None:
        """Order a message to each owner, once, for the alert that *entry* has told the channel of."""
        dossier = await self._dossier(str(entry.payload["alert"]))
        told = dossier.alert
        if entry.role != told.id or not told.project_id or not (told.critical or told.id == dossier.first_id):
            return
        async with self._database.begin() as work:
            for owner in dossier.owners:
                payload = {"alert": told.id, "to": owner.id}
                about = f"{told.thread}:{owner.id}"
                await work.tell(OutboxTopic.ALERT_OWNER, about, told.id, now, payload, workspace=entry.workspace)

    async def tell(self, entry: OutboxEntry) -> None:
        """Post one owner's message, unless it stands already or an attempt that was cut off had done so."""
        dossier = await self._dossier(str(entry.payload["alert"]))
        mark = Mark(request=entry.request_id, role=entry.role, since=entry.created_at)
        async with self._database.read() as work:
            if any(each.role == mark.role for each in await work.posted(mark.request)):
                return
            channel = next(
                (each.channel for each in await work.posted(dossier.alert.thread) if each.role == dossier.alert.id), ""
            )
        place = await self._place(str(entry.payload["to"]))
        ts = await self._mailbox.find(place, mark) if entry.cut_off else None
        ts = ts or await self._mailbox.post(place, cards.owner_alert(dossier, channel), mark)
        async with self._database.begin() as work:
            await work.record_post(
                Posted(request_id=mark.request, role=mark.role, channel=place.channel, ts=ts, version=1)
            )

    async def _place(self, person_id: str) -> Place:
        try:
            return Place(channel=await self._channels.direct(person_id))
        except FAILURES as error:
            raise_for(problem_of(error))
            raise
