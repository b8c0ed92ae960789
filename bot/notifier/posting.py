"""The messages of one request: where each belongs, how it is drawn, and what to do when its place is no more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot import cards
from bot.cards import Message
from bot.notifier.channels import Channels
from bot.notifier.mailbox import Mailbox, Mark, Place
from bot.notifier.outcomes import BadChannel, Gone, Refused, raise_for
from bot.slack_api import FAILURES, problem_of
from workflows.lifecycle import State
from workflows.model import ClaimState, Dossier, OutboxEntry, Posted, Role
from workflows.service.reminding import REMINDER
from workflows.service.reviewing import REVIEW


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One message to be told: the request with everything about it, and what already stands."""

    dossier: Dossier
    role: str
    payload: Mapping[str, Any]
    posted: Mapping[str, Posted]
    since: datetime
    doubtful: bool
    """An earlier attempt may have worked."""

    @property
    def mark(self) -> Mark:
        return Mark(request=self.dossier.request.id, role=self.role, since=self.since)

    @classmethod
    def of(cls, entry: OutboxEntry, dossier: Dossier, posted: Sequence[Posted]) -> "Telling":
        return cls(
            dossier=dossier,
            role=entry.role,
            payload=entry.payload,
            posted={each.role: each for each in posted},
            since=entry.created_at,
            doubtful=entry.cut_off,
        )

    def about(self, role: str) -> "Telling":
        """Return the same for the message with another role; whether that one was posted again is in doubt."""
        rest = {name: each for name, each in self.posted.items() if name != role}
        return replace(self, role=role, posted=rest, doubtful=True)


class Posting:
    """Posts and redraws the messages of requests. Raises ``Later`` or ``Refused``."""

    def __init__(
        self, *, mailbox: Mailbox, channels: Channels, requests_channel: str, alarm_channels: Mapping[str, str]
    ) -> None:
        self._mailbox = mailbox
        self._channels = channels
        self._requests_channel = requests_channel
        self._alarm_channels = alarm_channels

    async def post(self, telling: Telling) -> Posted | None:
        """Post the message unless it stands already; None when there is no point in it any more."""
        if telling.role in telling.posted or _over(telling):
            return None
        message = _drawn(telling)
        refused: Refused = BadChannel("channel_not_found")
        places = await self._places(telling)
        found = await self._found(places, telling) if telling.doubtful else None
        if found is not None:
            return found
        for place in places:
            try:
                ts = await self._mailbox.post(place, message, telling.mark)
            except (BadChannel, Gone) as problem:
                refused = problem
            else:
                return _standing(telling, place, ts, telling.dossier.request.version)
        raise refused

    async def redraw(self, telling: Telling, standing: Posted) -> Posted | None:
        """Bring one copy up to date; a card that is gone is posted anew. None when nothing is to be recorded."""
        if standing.version >= telling.dossier.request.version:
            return None
        try:
            await self._mailbox.change(standing.channel, standing.ts, _drawn(telling))
        except (Gone, BadChannel):
            if telling.role != Role.CARD:
                return None
            return await self.post(telling)
        return Posted(**{**vars(standing), "version": telling.dossier.request.version})

    async def _found(self, places: Sequence[Place], telling: Telling) -> Posted | None:
        for place in places:
            ts = await self._mailbox.find(place, telling.mark)
            if ts is not None:
                # Nobody knows which version it shows, so the next redrawing may not skip it.
                return _standing(telling, place, ts, 0)
        return None

    async def _places(self, telling: Telling) -> list[Place]:
        """Return where the message belongs, best first."""
        try:
            return await self._asked(telling)
        except FAILURES as error:
            raise_for(problem_of(error))
            raise

    async def _asked(self, telling: Telling) -> list[Place]:
        kind = telling.role.partition(":")[0]
        request = telling.dossier.request
        to = str(telling.payload.get("to") or "")
        if kind in (Role.DIRECT, Role.CLAIM):
            return [Place(channel=await self._channels.direct(to or request.requester.id))]
        if kind == Role.ALARM:
            return await self._open(self._alarm_channels.get(to, ""), self._requests_channel)
        if kind == Role.CARD:
            return await self._open(request.channel, self._requests_channel)
        card = telling.posted.get(Role.CARD)
        if card is None:
            raise Refused("its card stands nowhere")
        thread = Place(channel=card.channel, thread=card.ts)
        if kind == Role.STAGE:  # whoever must decide is asked, even when the card was taken away
            return [thread, *await self._open(card.channel, self._requests_channel)]
        return [thread]

    async def _open(self, *names: str) -> list[Place]:
        """Return the channels with these names or ids that there are, each once."""
        ids = [await self._channels.named(name) for name in filter(None, names)]
        return [Place(channel=each) for each in dict.fromkeys(filter(None, ids))]


def _standing(telling: Telling, place: Place, ts: str, version: int) -> Posted:
    request_id = telling.dossier.request.id
    return Posted(request_id=request_id, role=telling.role, channel=place.channel, ts=ts, version=version)


def redrawn(role: str) -> bool:
    """Whether a message with this role changes after it was posted."""
    return role.partition(":")[0] in (
        Role.CARD,
        Role.STAGE,
        Role.ENDING,
        Role.CLAIM,
        Role.INQUIRY,
        Role.OFFER,
        Role.REVIEW,
    )


def _over(telling: Telling) -> bool:
    """Whether a message comes too late: what it calls for is decided, ended, prolonged or taken already."""
    kind, _, detail = telling.role.partition(":")
    request, claim = telling.dossier.request, telling.dossier.claim
    match kind:
        case Role.STAGE | Role.INQUIRY | Role.OFFER:
            return request.state is not State.PENDING or (kind == Role.STAGE and request.stage != int(detail))
        case Role.REVIEW:
            return _reviewed(telling)
        case Role.ENDING:
            return not cards.is_ending(request, detail)
        case Role.CLAIM:
            return claim is None or claim.offers != int(detail) or claim.state is ClaimState.CLAIMED
        case Role.DIRECT:
            return _told_in_vain(telling, detail)
        case _:
            return False


def _reviewed(telling: Telling) -> bool:
    return telling.dossier.review is None or telling.dossier.review.closed_at is not None


def _told_in_vain(telling: Telling, detail: str) -> bool:
    """Whether a direct message about an end, or about what waits for somebody, has nothing to say any more."""
    what, _, rest = detail.partition(":")
    request = telling.dossier.request
    if what == Role.ENDING:
        return not cards.is_ending(request, rest)
    if what == REVIEW:
        person = rest.partition(":")[2]
        review = telling.dossier.review
        return _reviewed(telling) or any(each.person.id == person for each in (review.findings if review else ()))
    if what != REMINDER:
        return False
    stage, _, person = rest.split(":", 2)
    decided = any(each.stage == int(stage) and each.approver.id == person for each in telling.dossier.decisions)
    return decided or request.state is not State.PENDING or request.stage != int(stage)


_DRAWINGS: Mapping[str, Callable[[Telling, str], Message]] = {
    Role.CARD: lambda telling, _: cards.card(telling.dossier),
    Role.STAGE: lambda telling, number: cards.stage(telling.dossier, int(number)),
    Role.INQUIRY: lambda telling, number: cards.inquiry(telling.dossier, int(number)),
    Role.OFFER: lambda telling, number: cards.offer(telling.dossier, int(number)),
    Role.REVIEW: lambda telling, _: cards.review(telling.dossier),
    Role.NOTE: lambda telling, _: cards.note(telling.dossier, telling.payload),
    Role.DIRECT: lambda telling, _: cards.direct(telling.dossier, telling.payload),
    Role.ENDING: lambda telling, day: cards.ending(telling.dossier, day),
    Role.ALARM: lambda telling, _: cards.alarm(telling.dossier, telling.payload),
    Role.CLAIM: lambda telling, offer: cards.claim(telling.dossier, int(offer)),
}


def _drawn(telling: Telling) -> Message:
    kind, _, detail = telling.role.partition(":")
    return _DRAWINGS.get(kind, _DRAWINGS[Role.NOTE])(telling, detail)
