"""One request with its outbox, and a notifier that drains it into a local workspace."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.notifier import Notifier
from bot.notifier.pacer import Pacer
from sandbox.slack.model import Message
from tests.bot.workplace import Workplace
from tests.support.alerts import no_alert
from tests.support.clock import Clock
from tests.support.notifiers import notifier_in
from workflows.lifecycle import State
from workflows.model import Approvers, ApproverSource, Dossier, OutboxTopic, Person, Request, Ruling, Stage
from workflows.store import Database


class Desk:
    """One request with its outbox, and the notifier that drains it."""

    alarm_channels: Mapping[str, str] = MappingProxyType({})

    def __init__(self, workplace: Workplace, database: Database, clock: Clock) -> None:
        self.workplace = workplace
        self.database = database
        self.clock = clock
        self.notifier = self.another_notifier()

    def another_notifier(self, client: AsyncWebClient | None = None) -> Notifier:
        return notifier_in(
            database=self.database,
            client=client or self.workplace.client(),
            dossier=self.dossier,
            alert=no_alert,
            requests_channel="#requests",
            alarm_channels=self.alarm_channels,
            pacer=Pacer(lambda: self.clock().timestamp()),
            now=self.clock,
            sleep=self.sleep,
            luck=lambda: 1.0,
        )

    async def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)

    async def dossier(self, request_id: str) -> Dossier:
        async with self.database.read() as work:
            return await work.dossier(request_id)

    async def ask(self, request_id: str = "R1", channel: str = "") -> Request:
        """Store a request and order its card, the call for a decision and the word to its requester."""
        dana = Person(id=self.workplace.id("dana"), email="dana@acme.example", name="Dana")
        olivia = Person(id=self.workplace.id("olivia"), email="olivia@acme.example", name="Olivia")
        stage = Stage(name="owners", approvers=(Approvers(source=ApproverSource.PROJECT_OWNERS),))
        request = Request(
            id=request_id,
            kind="budget",
            params={"reason": "Launch"},
            state=State.PENDING,
            version=1,
            stage=0,
            requester=dana,
            ruling=Ruling(rule="small raises", stages=(stage,)),
            title="Raise the budget of internal-qa",
            changes=(),
            channel=channel,
            origin=request_id,
            created_at=self.clock(),
            updated_at=self.clock(),
            expires_at=self.clock() + timedelta(days=3),
        )
        async with self.database.begin() as work:
            await work.add(request)
            await work.await_people(request.id, 0, [olivia])
        await self.order(request_id, "card")
        await self.order(request_id, "stage:0")
        await self.order(request_id, "direct:1", event="opened", to=dana.id)
        return request

    async def order(self, request_id: str, role: str, topic: OutboxTopic = OutboxTopic.POST, **payload: Any) -> None:
        async with self.database.begin() as work:
            await work.tell(topic, request_id, role, self.clock(), payload)

    async def move(self, request: Request, state: State) -> Request:
        """Change the request's state and order its copies to be redrawn."""
        async with self.database.begin() as work:
            after = await work.save(replace(request, state=state), self.clock())
        await self.order(request.id, f"v{after.version}", OutboxTopic.REDRAW)
        return after

    async def drain(self, **later: float) -> None:
        self.clock.advance(**later)
        await self.notifier.drain(self.clock())

    def in_channel(self, name: str = "requests") -> list[Message]:
        return self.workplace.channel(name).messages

    def roles(self, name: str = "requests") -> list[str]:
        return [each.metadata["event_payload"]["role"] for each in self.in_channel(name) if each.metadata]
