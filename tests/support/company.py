"""A company for tests of the domain: a real local OpenAI organisation, a real database, people in memory."""

import asyncio
import functools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from pydantic import SecretStr

from sandbox.openai import Organization as LocalOrganization
from sandbox.openai import create_app
from sandbox.openai.records import Project
from sandbox.serving import serving
from tests.support.clock import Clock
from tests.support.openapi import Description, Judged
from tests.support.people import People
from workflows.admin_api import AdminAPI, APIProject, Limiter
from workflows.budgets import Budgets
from workflows.custody import Custodian
from workflows.executor import Executor
from workflows.keyring import KeyRing
from workflows.kind import Kind
from workflows.kinds import discover
from workflows.lifecycle import State
from workflows.limit_guard import LimitGuard
from workflows.model import Reference, Request, Verdict
from workflows.organization import Organization
from workflows.policy import Policy, policy_from_text
from workflows.prices import Prices, load_prices
from workflows.reports import Reports
from workflows.service import Service
from workflows.store import Database

POLICY = """
version: 1
environments:
  production: {description: Real customers., models: [gpt-5-mini], monthly_limit: 500, maximum_monthly_limit: 5000}
  sandbox: {description: Experiments., models: [], monthly_limit: 50}
auditors: [{email: audra@acme.example}]
administrators: [{group: platform}]
fallback: [{group: platform}]
rules:
  - name: absurd
    kinds: [new_project, budget]
    when: request.monthly_limit > 100000
    deny: Nothing here costs that much.
  - name: new projects
    kinds: [new_project]
    stages: [{name: organisation, approvers: [organization_owners]}]
  - name: small raises
    kinds: [budget]
    when: request.raise_amount <= 1000
    stages: [{name: owner, approvers: [project_owners]}]
  - name: big raises
    kinds: [budget]
    stages:
      - {name: owner, approvers: [project_owners]}
      - {name: finance, approvers: [{group: finance}], quorum: 2}
"""


@dataclass(frozen=True, kw_only=True)
class Company:
    """Dana develops, Olivia and Omar own the organisation, Fay, Finn and Fred are finance, Pat is the platform."""

    local: LocalOrganization
    judge: Judged
    url: str
    api: AdminAPI
    database: Database
    organization: Organization
    people: People
    service: Service
    executor: Executor
    custodian: Custodian
    guard: LimitGuard
    budgets: Budgets
    reports: Reports
    clock: Clock
    project_id: str

    async def ask(self, kind: str, values: Mapping[str, Any], who: str = "dana", origin: str = "") -> Request:
        return await self.service.open(kind, values, self.people.everybody[who].id, origin=origin)

    async def ask_for_project(self, **changes: Any) -> Request:
        values = {
            "name": "support-assistant",
            "environment": "production",
            "purpose": "Answers customers.",
            "owners": ["olivia@acme.example"],
            "members": ["dana@acme.example", "new.hire@acme.example"],
        }
        return await self.ask("new_project", values | changes)

    async def ask_for_budget(self, limit: str = "800", **changes: Any) -> Request:
        return await self.ask(
            "budget", {"project": self.project_id, "monthly_limit": limit, "reason": "Launch"} | changes
        )

    async def decide(self, request: Request, who: str, verdict: Verdict = Verdict.APPROVE, note: str = "") -> Request:
        person = self.people.everybody[who]
        return await self.service.decide(Reference.of(request), person.id, verdict, note)

    async def approved_project(self, **changes: Any) -> Request:
        return await self.decide(await self.ask_for_project(**changes), "olivia")

    async def request(self, request: Request) -> Request:
        return (await self.service.dossier(request.id)).request

    async def carried_out(self, request: Request, *approvers: str) -> Request:
        """Have a request approved by these people, one after another, and carried out."""
        for who in approvers:
            request = await self.decide(request, who)
        await self.executor.run_due()
        return await self.request(request)

    def pass_time(self, **span: float) -> None:
        """Move on, here and at OpenAI, by a ``timedelta``'s arguments, like ``days=3``."""
        self.clock.advance(**span)
        self.local.clock.advance(timedelta(**span).total_seconds())

    async def state(self, request: Request) -> State:
        return (await self.request(request)).state

    async def trail(self, request: Request) -> list[str]:
        async with self.database.read() as work:
            return [each.action for each in await work.trail(request.id)]

    async def fault(self, **fault: Any) -> None:
        """Arm what goes wrong next in the OpenAI organisation."""
        async with httpx.AsyncClient() as client:
            (await client.post(f"{self.url}/_sandbox/faults", json=fault)).raise_for_status()

    async def calls(self, method: str, path: str) -> int:
        """Return how many calls OpenAI received whose path ends so."""
        async with httpx.AsyncClient() as client:
            calls = (await client.get(f"{self.url}/_sandbox/calls")).json()["calls"]
        return sum(each["method"] == method and each["path"].endswith(path) for each in calls)

    async def made(self, name: str) -> list[APIProject]:
        """Return the organisation's projects of this name."""
        return [each for each in await self.api.projects() if each.name == name]

    async def remove(self, person: str) -> None:
        """Take somebody out of the project in OpenAI, as its owner would at the dashboard."""
        members = await self.api.project_users(self.project_id)
        (user_id,) = [each.id for each in members if each.email == f"{person}@acme.example"]
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {self.local.admin_key}"}) as client:
            url = f"{self.url}/v1/organization/projects/{self.project_id}/users/{user_id}"
            (await client.delete(url)).raise_for_status()


def _founded(clock: Clock) -> tuple[LocalOrganization, Project]:
    """Found the OpenAI organisation, with one project that Petra owns; its clock shows what *clock* does."""
    local = LocalOrganization(admin_key="sk-admin-test")
    local.clock.set(clock().timestamp())
    for name in ("olivia", "omar"):
        local.add_user(email=f"{name}@acme.example", name=name.title(), role="owner")
    users = {
        name: local.add_user(email=f"{name}@acme.example", name=name.title(), role="reader")
        for name in ("dana", "petra", "pat")
    }
    project = local.add_project(name="internal-qa")
    local.add_member(project.id, users["petra"].id, "owner")
    return local, project


@functools.cache
def _prices() -> Prices:
    return load_prices(None)


@functools.cache
def _policy() -> Policy:
    return policy_from_text(POLICY, name="policy.yml")


@asynccontextmanager
async def company(
    database: Database, clock: Clock, kinds: Mapping[str, type[Kind]] | None = None
) -> AsyncIterator[Company]:
    """Found the company over a migrated database and read it into the snapshot once."""
    people = People(
        "dana", "olivia", "omar", "fay", "finn", "fred", "pat", "audra", "petra",
        groups={"finance": ["fay", "finn", "fred"], "platform": ["pat"]},
    )  # fmt: skip
    local, project = _founded(clock)

    async def sleep(seconds: float) -> None:
        clock.advance(seconds=seconds)
        local.clock.advance(seconds)
        await asyncio.sleep(0)

    limiter = Limiter(monotonic=lambda: clock().timestamp(), sleep=sleep)
    judge = Judged(create_app(local), Description.published())
    async with serving(judge) as url:
        api = AdminAPI(base_url=f"{url}/v1", admin_key=SecretStr(local.admin_key), limiter=limiter, timeout=5.0)
        async with api:
            await api.set_spend_limit(project.id, 500_00)
            organization = Organization(api=api, database=database, now=clock)
            keyring = KeyRing(api)
            chosen = kinds or discover()
            service = Service(
                database=database,
                organization=organization,
                directory=people,
                policy=_policy(),
                kinds=chosen,
                keyring=keyring,
                now=clock,
            )

            executor = Executor(
                api=api,
                database=database,
                kinds=chosen,
                now=clock,
                settling=timedelta(seconds=5),
                sleep=sleep,
                changed=organization.forget,
            )
            budgets = Budgets(
                api=api,
                organization=organization,
                directory=lambda _workspace: people,
                database=database,
                alerts=lambda: service.policy.alerts,
                prices=_prices(),
                now=clock,
            )
            await organization.refresh()
            await budgets.collect()
            yield Company(
                local=local,
                judge=judge,
                url=url,
                api=api,
                database=database,
                organization=organization,
                people=people,
                service=service,
                executor=executor,
                custodian=Custodian(keyring=keyring, database=database, now=clock),
                guard=LimitGuard(api=api, database=database, now=clock),
                budgets=budgets,
                reports=Reports(service=service, posts_showback=True),
                clock=clock,
                project_id=project.id,
            )
    local.close()
    judge.verdict()
