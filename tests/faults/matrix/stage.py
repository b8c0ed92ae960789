"""The domain in this process over the office's database and OpenAI organisation, with a clock that tests move."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from pydantic import SecretStr

from sandbox import openai
from tests.faults.matrix.office import Office
from tests.support.clock import Clock
from workflows.admin_api import AdminAPI, Limiter
from workflows.executor import Executor
from workflows.kinds import discover
from workflows.lifecycle import State
from workflows.store import Database

ADMIN_KEY = "sk-admin-matrix"
ENDS = frozenset({State.COMPLETED, State.GRANTED, State.REVERTED})
TIMES = 6
"""How often the executor is woken, eleven minutes apart, for a request that did not come to its end yet."""

LATER = timedelta(minutes=11)
"""Longer than every lease, and than every wait after a cut-off call."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    office: Office
    organization: openai.Organization
    url: str
    api: AdminAPI
    database: Database
    executor: Executor
    clock: Clock

    def pass_time(self, span: timedelta) -> None:
        """Move on, here and at OpenAI."""
        self.clock.advance(seconds=span.total_seconds())
        self.organization.clock.advance(span.total_seconds())

    async def state(self, request_id: str) -> State:
        async with self.database.read() as work:
            return (await work.get(request_id)).state

    async def carry_out(self, request_id: str) -> State:
        """Let the executor work until the request has come to an end; returns the state it stopped in."""
        for _ in range(TIMES):
            await self.executor.run_due()
            state = await self.state(request_id)
            if state in ENDS or state in (State.FAILED, State.REVERT_FAILED):
                break
            self.pass_time(LATER)
        return state

    async def tell(self) -> None:
        """Tell people what the outbox holds."""
        notifier = self.office.notifier(self.clock)
        while (await notifier.drain(self.clock())).count:
            pass


@contextlib.asynccontextmanager
async def stage(office: Office, *, patience: float = 10.0, heard: list[str] | None = None) -> AsyncIterator[Stage]:
    """Set the domain up for the block; *patience* is how many seconds OpenAI may take to answer a call.

    *heard* gets a line for each call that was answered.
    """
    organization = openai.Organization(admin_key=ADMIN_KEY, data=office.openai)
    clock, database = Clock(datetime.now(UTC)), office.database

    def on_call(method: str, template: str, _status: int | None, _seconds: float) -> None:
        if heard is not None:
            heard.append(f"{method} {template}")

    async def sleep(seconds: float) -> None:
        clock.advance(seconds=seconds)
        organization.clock.advance(seconds)
        await asyncio.sleep(0)

    limiter = Limiter(monotonic=lambda: clock().timestamp(), sleep=sleep)
    try:
        with office.hall.room(uuid.uuid4().hex[:8], openai.create_app(organization)) as url:
            key = SecretStr(organization.admin_key)
            async with AdminAPI(
                base_url=f"{url}/v1",
                admin_key=key,
                limiter=limiter,
                timeout=patience,
                on_call=on_call,
                transport=httpx.AsyncHTTPTransport(verify=office.tls),
            ) as api:
                yield Stage(
                    office=office,
                    organization=organization,
                    url=url,
                    api=api,
                    database=database,
                    executor=Executor(api=api, database=database, kinds=discover(), now=clock, sleep=sleep),
                    clock=clock,
                )
    finally:
        await database.close()
        organization.close()
