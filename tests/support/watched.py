"""Plays a made-up quarter against the product: two replicas that look in turn, are restarted, and meet."""

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx
import sqlalchemy as sa
from pydantic import SecretStr

from sandbox.openai import Organization as LocalOrganization
from sandbox.openai import create_app
from tests.support.clock import Clock
from tests.support.people import People
from tests.support.quarter import DAYS, FIRST, Course, Told
from workflows.admin_api import AdminAPI, Limiter, TokenUse
from workflows.budgets import Budgets
from workflows.organization import Organization
from workflows.policy import Policy, policy_from_text
from workflows.prices import load_prices
from workflows.store import Database, tables

POLICY = """
version: 1
environments: {sandbox: {description: Experiments, monthly_limit: 50}}
alerts: {forecast: false, spikes: false}
rules: [{name: all, stages: [{approvers: [project_owners]}]}]
"""


class CostsAlone(AdminAPI):
    """Does not ask what was used: nothing here comes from that, and there are two days of hours at each look."""

    async def token_use(self, start: datetime, end: datetime) -> list[TokenUse]:
        del start, end
        return []


class Quarter:
    """*looks* a day; each time one of two replicas looks, at times both at once, at times a new process."""

    def __init__(self, database: Database, courses: Sequence[Course], *, looks: int = 2, seed: int = 0) -> None:
        self.clock = Clock(FIRST)
        self.local = LocalOrganization(admin_key="sk-admin-test")
        self.local.clock.set(FIRST.timestamp())
        self.projects = [self.local.add_project(name=f"p{each.number}") for each in courses]
        self._courses = courses
        self._database = database
        self._dice = random.Random(seed)
        self.looks = [
            FIRST + timedelta(days=day, hours=24 / looks * (look + 0.5)) for day in range(DAYS) for look in range(looks)
        ]

    async def play(self) -> list[Told]:
        """Live through the quarter; returns what was told, in its order."""
        # Its own clock: how fast calls may follow each other is no part of this.
        ticks = iter(range(0, 10**12, 3600))
        transport = httpx.ASGITransport(app=create_app(self.local))
        async with CostsAlone(
            base_url="http://openai.example/v1",
            admin_key=SecretStr(self.local.admin_key),
            limiter=Limiter(monotonic=lambda: next(ticks)),
            transport=transport,
        ) as api:
            replicas = [self._replica(api), self._replica(api)]
            await Organization(api=api, database=self._database, now=self.clock).refresh()
            before = FIRST - timedelta(days=1)
            for look in self.looks:
                await self._live(before, look)
                if self._dice.random() < 0.1:
                    replicas[self._dice.randrange(2)] = self._replica(api)
                await self._look(replicas)
                before = look
        self.local.close()
        return await self._told()

    async def _live(self, before: datetime, now: datetime) -> None:
        """Let everything happen that happens until *now*."""
        self.clock.moment = now
        self.local.clock.set(now.timestamp())
        limits = {}
        for course, project in zip(self._courses, self.projects, strict=True):
            for each in course.purchases:
                if before < each.at <= now:
                    self.local.add_spend(project.id, each.dollars, "gpt-5, input", each.day)
            for since, cents in course.limits:
                if before < since <= now:
                    limits[project.id] = cents
        await self._set_limits(limits)

    async def _set_limits(self, limits: dict[str, int]) -> None:
        """Change limits as an approved request does: at OpenAI, and in what is known of the project."""
        rows = [{"id": each, "limit": cents, "seen_at": self.clock()} for each, cents in limits.items()]
        headers = {"Authorization": f"Bearer {self.local.admin_key}"}
        transport = httpx.ASGITransport(app=create_app(self.local))
        async with httpx.AsyncClient(transport=transport, base_url="http://openai.example", headers=headers) as client:
            for project_id, cents in limits.items():
                url = f"/v1/organization/projects/{project_id}/spend_limit"
                body = {"threshold_amount": cents, "currency": "USD", "interval": "month"}
                (await client.post(url, json=body)).raise_for_status()
        async with self._database.begin() as work:
            await work.learn_projects(rows)

    async def _look(self, replicas: Sequence[Budgets]) -> None:
        if self._dice.random() < 0.2:
            await asyncio.gather(*(each.run_due() for each in replicas))
        else:
            await replicas[self._dice.randrange(2)].run_due()

    def _replica(self, api: AdminAPI) -> Budgets:
        return Budgets(
            api=api,
            organization=Organization(api=api, database=self._database, now=self.clock),
            directory=lambda _workspace: People(),
            database=self._database,
            alerts=lambda: _policy().alerts,
            prices=load_prices(None),
            now=self.clock,
        )

    async def _told(self) -> list[Told]:
        numbers = {each.id: number for number, each in enumerate(self.projects)}
        query = sa.select(tables.outbox.c.role).where(tables.outbox.c.topic == "alert").order_by(tables.outbox.c.id)
        async with self._database.read() as work:
            alerts = [await work.alert(each) for each in (await work.connection.execute(query)).scalars()]
        return [(self._courses[numbers[each.subject]].number, each.period, each.mark) for each in alerts]


def _policy() -> Policy:
    return policy_from_text(POLICY, "policy.yml")
