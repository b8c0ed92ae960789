"""The picture on an alert's card: uploaded once, the same after every change, never the reason that no card comes."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot import slack_api
from bot.charts.chart import Chart
from bot.charts.studio import NotDrawn
from bot.notifier import Notifier
from bot.notifier.pacer import Pacer
from bot.pictures import Pictures
from tests.bot.workplace import Workplace
from tests.support.charts import BLANK
from tests.support.clock import Clock
from tests.support.notifiers import notifier_in
from tests.support.people import person
from workflows.model import Alert, AlertDossier, AlertKind, Dossier, OutboxTopic, Project, Scope
from workflows.store import Database

SOON: dict[str, Any] = {"minutes": 6}
ALERT = Alert(
    id="A1",
    scope=Scope.PROJECT,
    subject="proj_1",
    name="internal-qa <!channel>",
    period="2026-11",
    kind=AlertKind.THRESHOLD,
    mark="80%",
    threshold=400_00,
    percent=80,
    spent=410_00,
    limit=500_00,
    critical=True,
    at=datetime(2026, 11, 20, tzinfo=UTC),
    as_of=datetime(2026, 11, 20, 12, tzinfo=UTC),
)


@dataclass(kw_only=True)
class Newsroom:
    """One critical alert: its card stands in #requests, its copy in #support."""

    workplace: Workplace
    database: Database
    clock: Clock
    drawn: list[Chart] = field(default_factory=list)
    draw: Callable[[Chart], bytes] = lambda _chart: BLANK

    async def order(self) -> None:
        async with self.database.begin() as work:
            await work.add_alert(ALERT, 1)
            await work.tell(OutboxTopic.ALERT, ALERT.thread, ALERT.id, self.clock(), {"alert": ALERT.id})

    async def acknowledge(self) -> None:
        async with self.database.begin() as work:
            await work.acknowledge_alert(ALERT.id, person("petra"), self.clock())
            await work.tell(OutboxTopic.ALERT, ALERT.thread, "A1:acknowledged", self.clock(), {"alert": ALERT.id})

    def notifier(self, client: AsyncWebClient | None = None) -> Notifier:
        return notifier_in(
            database=self.database,
            client=client or self.workplace.client(),
            dossier=self.no_request,
            alert=self.dossier,
            requests_channel="#requests",
            alarm_channels={"alerts": "#support"},
            pictures=Pictures(client=client or self.workplace.client(), draw=self._draw, sleep=self.sleep),
            pacer=Pacer(lambda: self.clock().timestamp()),
            now=self.clock,
            sleep=self.sleep,
            luck=lambda: 1.0,
        )

    async def drain(self, client: AsyncWebClient | None = None, **later: float) -> None:
        self.clock.advance(**later)
        await self.notifier(client).drain(self.clock())

    async def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)
        self.workplace.workspace.clock.advance(seconds)

    async def dossier(self, alert_id: str) -> AlertDossier:
        async with self.database.read() as work:
            alert = await work.alert(alert_id)
        return AlertDossier(
            alert=alert,
            first_id=alert.id,
            project=Project(id="proj_1", name="internal-qa", channel="#requests"),
            owners=(),
            limit=alert.limit,
            month=(100_00, 410_00),
            last_month=(),
            forecast=None,
            path=(),
            low=(),
            high=(),
            as_of=alert.as_of,
        )

    async def no_request(self, request_id: str) -> Dossier:
        raise AssertionError(request_id)

    async def _draw(self, chart: Chart) -> bytes:
        self.drawn.append(chart)
        return self.draw(chart)

    def cards(self) -> list[list[dict[str, Any]]]:
        """Return the blocks of every message that tells of the alert, the copy's last."""
        channels = (self.workplace.channel(name).messages for name in ("requests", "support"))
        return [each.blocks or [] for messages in channels for each in messages]

    def pictures(self) -> list[str]:
        """Return the file that each card shows, an empty text for one without."""
        found = ([each for each in blocks if each["type"] == "image"] for blocks in self.cards())
        return [images[0]["slack_file"]["id"] if images else "" for images in found]


@pytest.fixture(name="room")
async def _room(workplace: Workplace, database: Database, clock: Clock) -> Newsroom:
    support = workplace.channel("support")
    support.members.append(workplace.workspace.bot.user_id)
    room = Newsroom(workplace=workplace, database=database, clock=clock)
    await room.order()
    return room


async def test_card_and_copy_show_one_picture_and_say_what_is_on_it(room: Newsroom) -> None:
    await room.drain()

    (first, second) = room.pictures()
    assert first == second != ""
    assert len(room.drawn) == 1
    assert room.workplace.workspace.store.upload(first) == BLANK
    alt = room.workplace.workspace.state.files[first].alt_txt
    assert "$410 so far, of a limit of $500 (82%)" in alt
    assert [each["alt_text"] for blocks in room.cards() for each in blocks if each["type"] == "image"] == [alt, alt]


async def test_the_file_is_shared_with_nobody_but_the_readers_of_the_card(room: Newsroom) -> None:
    await room.drain()

    (file, _) = room.pictures()
    assert room.workplace.workspace.state.files[file].shares == []


async def test_who_sees_to_it_finds_the_same_picture(room: Newsroom) -> None:
    await room.drain()
    before = room.pictures()
    await room.acknowledge()

    await room.drain(**SOON)

    assert room.pictures() == before
    assert all("has seen to it" in str(blocks) for blocks in room.cards())
    assert len(room.drawn) == 1


@pytest.mark.parametrize(
    "faults",
    [
        [{"method": "files.getUploadURLExternal", "error": "missing_scope"}],
        [{"method": "files.getUploadURLExternal", "error": "file_uploads_disabled"}],
        [{"method": "files.getUploadURLExternal", "error": "ratelimited", "retry_after": 600}],
        [{"method": "files.completeUploadExternal", "error": "internal_error"}],
        [{"method": "files.completeUploadExternal", "drop": "before"}],
        [{"method": "files.completeUploadExternal", "drop": "after"}],
    ],
    ids=str,
)
async def test_an_upload_that_fails_costs_the_picture_and_nothing_else(
    room: Newsroom, faults: Sequence[dict[str, Any]]
) -> None:
    room.workplace.fault(methods=[each | {"times": -1} for each in faults])

    await room.drain()
    await room.acknowledge()
    await room.drain(**SOON)

    assert room.pictures() == ["", ""]
    assert all("has seen to it" in str(blocks) for blocks in room.cards())


async def test_what_cannot_be_drawn_costs_the_picture_and_nothing_else(room: Newsroom) -> None:
    def fail(_chart: Chart) -> bytes:
        raise NotDrawn("no")

    room.draw = fail
    await room.drain()

    assert room.pictures() == ["", ""]


async def test_a_file_that_slack_still_examines_is_waited_for(room: Newsroom) -> None:
    room.workplace.fault(file_examination=2)

    await room.drain()

    assert "" not in room.pictures()
    assert len(room.cards()) == 2


async def test_a_file_that_slack_never_takes_is_left_out(room: Newsroom) -> None:
    room.workplace.fault(file_examination=3600)

    await room.drain()

    assert room.pictures() == ["", ""]


async def test_a_file_that_somebody_deleted_does_not_keep_the_card_from_changing(room: Newsroom) -> None:
    await room.drain()
    room.workplace.workspace.state.files.clear()
    await room.acknowledge()

    await room.drain(**SOON)

    assert room.pictures() == ["", ""]
    assert all("has seen to it" in str(blocks) for blocks in room.cards())


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(1, 7))
async def test_a_notifier_killed_at_any_call_leaves_each_card_once_with_its_picture(
    room: Newsroom, call: int, when: str
) -> None:
    """A picture that was uploaded by the attempt that died may stay behind; it was shared with nobody."""
    await _killed(room, call, when)

    await room.drain(**SOON)
    await room.drain(**SOON)

    pictures = room.pictures()
    assert len(pictures) == 2
    assert "" not in pictures
    assert len(room.drawn) <= 2


async def _killed(room: Newsroom, call: int, when: str) -> None:
    """Drain with a notifier that dies at the given call to Slack, before the call or after its effect."""
    calls = itertools.count(1)
    reached = asyncio.Event()

    async def die(*_: Any) -> None:
        if next(calls) == call:
            reached.set()
            draining.cancel()
            await asyncio.Event().wait()

    trace = aiohttp.TraceConfig()
    (trace.on_request_start if when == "before" else trace.on_request_end).append(die)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        url, token = f"{room.workplace.url}/api", room.workplace.workspace.tokens.bot
        client = slack_api.client(token, url, session, retries=0)
        draining = asyncio.ensure_future(room.drain(client))
        await asyncio.wait({draining})
        assert reached.is_set()
