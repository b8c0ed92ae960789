"""What is about no request: a digest for its owner, a month's showback, a freeze, another policy."""

from collections.abc import Callable, Mapping
from typing import Any

from bot import cards
from bot.cards import Message
from bot.notifier.channels import Channels
from bot.notifier.mailbox import Mailbox, Mark, Place
from bot.notifier.outcomes import Refused, raise_for
from bot.slack_api import FAILURES, problem_of
from workflows.model import OutboxEntry, Posted
from workflows.reports import monthly, weekly
from workflows.service import anchoring, freezing, governing, handing_over, reminding, restraining
from workflows.store import Database, UnitOfWork

NO_TABLES = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_attachments"})
"""Slack's words for blocks it does not know here: a table is newer than the rest."""


class Reporting:
    """Posts reports, each once. Raises ``Later`` or ``Refused``."""

    def __init__(
        self,
        *,
        database: Database,
        mailbox: Mailbox,
        channels: Channels,
        requests_channel: str,
        alarm_channels: Mapping[str, str],
    ) -> None:
        self._database = database
        self._mailbox = mailbox
        self._channels = channels
        self._named = {**alarm_channels, "requests": requests_channel}

    async def tell(self, entry: OutboxEntry) -> None:
        """Post the report, unless an attempt that was cut off had done so."""
        kind = str(entry.payload["kind"])
        if (where := entry.payload.get("where")) and not self._named.get(where):
            return  # that channel is not set up, and another one hears of it
        async with self._database.read() as work:
            standing = await work.posted(entry.request_id)
            content = entry.payload.get("says") or await _kept(work, entry)
        if any(each.role == entry.role for each in standing):
            return
        if not content:
            raise Refused("what it says is not there any more")
        place = await self._place(str(entry.payload.get("to") or ""), str(where or "alerts"))
        mark = Mark(request=entry.request_id, role=entry.role, since=entry.created_at)
        ts = await self._mailbox.find(place, mark) if entry.cut_off else None
        ts = ts or await self._post(place, kind, content, mark)
        posted = Posted(request_id=mark.request, role=mark.role, channel=place.channel, ts=ts, version=1)
        async with self._database.begin() as work:
            await work.record_post(posted)

    async def _post(self, place: Place, kind: str, content: Mapping[str, Any], mark: Mark) -> str:
        drawings = _DRAWINGS[kind](content)
        try:
            return await self._mailbox.post(place, drawings[0], mark)
        except Refused as refused:
            if refused.problem not in NO_TABLES or len(drawings) == 1:
                raise
            return await self._mailbox.post(place, drawings[1], mark)

    async def _place(self, person: str, where: str) -> Place:
        try:
            name = self._named.get(where, "")
            channel = await (self._channels.direct(person) if person else self._channels.named(name))
        except FAILURES as error:
            raise_for(problem_of(error))
            raise
        if not channel:
            raise Refused(f"there is no channel for {where} any more")
        return Place(channel=channel)


async def _kept(work: UnitOfWork, entry: OutboxEntry) -> Mapping[str, Any]:
    return await work.report(str(entry.payload["kind"]), str(entry.payload["subject"]), str(entry.payload["period"]))


def _digest(content: Mapping[str, Any]) -> list[Message]:
    return [cards.digest(weekly.CONTENT.validate_python(content))]


def _showback(content: Mapping[str, Any]) -> list[Message]:
    """Return the message, and the same without a table."""
    told = monthly.CONTENT.validate_python(content)
    return [cards.showback(told), cards.showback(told, tables=False)]


def _freeze(content: Mapping[str, Any]) -> list[Message]:
    told = freezing.FREEZE.validate_python(content["freeze"])
    return [cards.unfrozen(told) if content["over"] else cards.frozen(told)]


def _policy(content: Mapping[str, Any]) -> list[Message]:
    return [cards.policy_notice(content)]


def _breaker(content: Mapping[str, Any]) -> list[Message]:
    return [cards.breaker_notice(content)]


def _away(content: Mapping[str, Any]) -> list[Message]:
    return [cards.away_notice(content)]


def _anchor(content: Mapping[str, Any]) -> list[Message]:
    return [cards.anchor_notice(content)]


def _waiting(content: Mapping[str, Any]) -> list[Message]:
    return [cards.waiting(content)]


_DRAWINGS: Mapping[str, Callable[[Mapping[str, Any]], list[Message]]] = {
    weekly.DIGEST: _digest,
    monthly.SHOWBACK: _showback,
    freezing.NOTICE: _freeze,
    governing.NOTICE: _policy,
    restraining.NOTICE: _breaker,
    reminding.WAITING: _waiting,
    handing_over.NOTICE: _away,
    anchoring.NOTICE: _anchor,
}
