"""Takes what is due from the outbox, several requests at a time, and writes down how each entry ended."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.notifier.outcomes import Later, Refused, pause
from bot.notifier.posting import Telling, redrawn
from bot.notifier.room import Room
from workflows.audit.entry import Draft
from workflows.errors import UnknownRequest, WorkflowError
from workflows.model import Actor, ActorType, OutboxEntry, OutboxTopic, Posted
from workflows.store import Database, UnitOfWork

LEASE = timedelta(seconds=60)
"""How long an entry belongs to who claimed it. A notifier that died is followed after this time."""

LIMIT = 45.0
"""Seconds that one entry may take: less than its lease, so that nobody else begins it meanwhile."""

EXPORT_LEASE = timedelta(minutes=10)
LANES = 8
"""Entries carried out at the same time; each belongs to another request."""

NOTIFIER = Actor(type=ActorType.SCHEDULER, id="notifier")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Drained:
    """How many entries were worked on, and when the next one is due (UTC), if any waits."""

    count: int
    due_at: datetime | None


@dataclass(kw_only=True)
class _Crew:
    """The lanes of one drain: how many run, and how many entries they worked on."""

    group: asyncio.TaskGroup
    clock: Callable[[], datetime]
    lanes: int = 0
    done: int = 0


class Notifier:
    """Tells people what the outbox holds, each in their workspace. ``observe`` hears outcomes.

    ``rooms`` returns the room of a workspace, None for one that is not served.
    """

    def __init__(
        self,
        *,
        database: Database,
        rooms: Callable[[str], Room | None],
        observe: Callable[[str], None] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        luck: Callable[[], float] = random.random,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._rooms = rooms
        self._observe = observe or (lambda _outcome: None)
        self._now = now
        self._luck = luck
        self._lease = lease

    async def run_due(self) -> Drained:
        """Carry out everything that is due now."""
        return await self.drain(self._now())

    async def drain(self, now: datetime) -> Drained:
        """Carry out everything that is due at *now* (UTC), or comes due while that lasts."""
        began = time.monotonic()
        async with self._database.read() as work:
            first = await work.next_outbox_due()
        if first is None or first > now:
            return Drained(count=0, due_at=first)

        def clock() -> datetime:
            return now + timedelta(seconds=time.monotonic() - began)

        async with asyncio.TaskGroup() as group:
            crew = _Crew(group=group, clock=clock)
            self._call_one_more(crew)
        async with self._database.read() as work:
            return Drained(count=crew.done, due_at=await work.next_outbox_due())

    def _call_one_more(self, crew: "_Crew") -> None:
        if crew.lanes < LANES:
            crew.lanes += 1
            crew.group.create_task(self._lane(crew))

    async def _lane(self, crew: "_Crew") -> None:
        """Carry out one entry after the other until none is due.

        Each time there is one, another lane looks for the next: this one may wait for its channel's turn, and what
        came meanwhile for other channels must not wait with it.
        """
        while entry := await self._claimed(crew):
            self._call_one_more(crew)
            with structlog.contextvars.bound_contextvars(request=entry.request_id, entry=entry.id):
                await self._carry_out(entry, crew.clock)
            crew.done += 1
        crew.lanes -= 1

    async def _claimed(self, crew: "_Crew") -> OutboxEntry | None:
        async with self._database.begin() as work:
            entries = await work.claim_outbox(crew.clock(), self._lease, 1)
        return entries[0] if entries else None

    async def _carry_out(self, entry: OutboxEntry, clock: Callable[[], datetime]) -> None:
        try:
            limit = EXPORT_LEASE.total_seconds() / 2 if entry.topic is OutboxTopic.EXPORT else LIMIT
            async with asyncio.timeout(limit):
                await self._tell(entry, clock)
        except TimeoutError:
            await self._put_off(entry, Later("it took too long", cut_off=True), clock())
        except Later as later:
            await self._put_off(entry, later, clock())
        except (Refused, UnknownRequest) as refused:
            await self._drop(entry, str(refused), clock())
        except WorkflowError as passing:  # Slack or OpenAI do not say who is concerned
            await self._put_off(entry, Later(str(passing), cut_off=True), clock())
        except Exception as unforeseen:
            log.exception("notifier_failed", role=entry.role)
            await self._put_off(entry, Later(type(unforeseen).__name__, cut_off=True), clock())

    async def _tell(self, entry: OutboxEntry, clock: Callable[[], datetime]) -> None:
        room = self._rooms(entry.workspace)
        if room is None:
            raise Later(f"the workspace {entry.workspace} is not served here")
        match entry.topic:
            case OutboxTopic.POST:
                await self._post(room, entry, clock)
            case OutboxTopic.REDRAW:
                await self._redraw(room, entry, clock)
            case OutboxTopic.EXPORT:
                await self._export(room, entry, clock)
            case OutboxTopic.ALERT:
                await self._alert(room, entry, clock)
            case OutboxTopic.ALERT_OWNER:
                await room.owners.tell(entry)
                await self._told(entry, clock)
            case OutboxTopic.REPORT:
                await room.reporting.tell(entry)
                await self._told(entry, clock, "reported")

    async def _alert(self, room: Room, entry: OutboxEntry, clock: Callable[[], datetime]) -> None:
        try:
            await room.alerting.tell(entry)
        except Refused:
            await room.owners.order(entry, clock())  # they have to hear of it when no channel can
            raise
        await room.owners.order(entry, clock())
        await self._told(entry, clock)

    async def _told(self, entry: OutboxEntry, clock: Callable[[], datetime], outcome: str = "alerted") -> None:
        async with self._database.begin() as work:
            await work.settle_outbox(entry.id, clock())
        self._observe(outcome)

    async def _post(self, room: Room, entry: OutboxEntry, clock: Callable[[], datetime]) -> None:
        posted = await room.posting.post(await self._telling(room, entry))
        async with self._database.begin() as work:
            if posted is not None:
                await work.record_post(posted)
            await work.settle_outbox(entry.id, clock())
        self._observe("posted" if posted else "unneeded")

    async def _redraw(self, room: Room, entry: OutboxEntry, clock: Callable[[], datetime]) -> None:
        """Bring every copy up to date; each is recorded at once, so that a second attempt skips it."""
        whole = await self._telling(room, entry)
        # The messages with the buttons first: whoever reads on the card that it is over, finds no button any more.
        for standing in sorted(whole.posted.values(), key=lambda each: each.role, reverse=True):
            if redrawn(standing.role):
                await self._redraw_one(room, whole, standing)
        async with self._database.begin() as work:
            await work.settle_outbox(entry.id, clock())
        self._observe("redrawn")

    async def _redraw_one(self, room: Room, whole: Telling, standing: Posted) -> None:
        try:
            redrawn_copy = await room.posting.redraw(whole.about(standing.role), standing)
        except Refused as refused:
            log.warning("copy_not_redrawn", request=standing.request_id, role=standing.role, problem=str(refused))
            return
        if redrawn_copy is not None:
            async with self._database.begin() as work:
                await work.record_post(redrawn_copy)

    async def _export(self, room: Room, entry: OutboxEntry, clock: Callable[[], datetime]) -> None:
        async with self._database.begin() as work:
            # A long export must not be begun a second time while it is made.
            await work.retry_outbox(entry.id, clock() + EXPORT_LEASE, "being made", cut_off=True)
        await room.exporting.send(entry)
        async with self._database.begin() as work:
            await work.settle_outbox(entry.id, clock())
        self._observe("exported")

    async def _telling(self, room: Room, entry: OutboxEntry) -> Telling:
        dossier = await room.dossier(entry.request_id)
        async with self._database.read() as work:
            return Telling.of(entry, dossier, await work.posted(entry.request_id))

    async def _put_off(self, entry: OutboxEntry, later: Later, now: datetime) -> None:
        seconds = pause(entry.attempts, self._luck()) if later.seconds is None else later.seconds
        async with self._database.begin() as work:
            cut_off = entry.cut_off or later.cut_off
            await work.retry_outbox(entry.id, now + timedelta(seconds=seconds), later.problem, cut_off=cut_off)
        self._observe("put_off")
        log.info("message_put_off", role=entry.role, problem=later.problem, seconds=round(seconds, 1))

    async def _drop(self, entry: OutboxEntry, problem: str, now: datetime) -> None:
        """Give up, in the audit log too: a message nobody will see must not be lost quietly."""
        async with self._database.begin() as work:
            await work.settle_outbox(entry.id, now, problem)
            await _record_drop(work, entry, problem, now)
        self._observe("dropped")
        log.error("message_dropped", role=entry.role, problem=problem)


async def _record_drop(work: UnitOfWork, entry: OutboxEntry, problem: str, now: datetime) -> None:
    data = {"topic": entry.topic.value, "role": entry.role, "problem": problem}
    await work.append(Draft(action="message_dropped", actor=NOTIFIER, at=now, request_id=entry.request_id, data=data))
