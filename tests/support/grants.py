"""What happens to grants in tests: refused in the form, ended, told of, and carried out by two workers at once."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.company import Company
from workflows.errors import InvalidFields
from workflows.executor import Executor
from workflows.model import OutboxEntry, Request

SOON, LATER = "2026-11-30", "2026-12-14"
"""Last days of grants; the clock of tests begins on 23 November."""


async def refused(acme: Company, kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the sentences, by field, with which the form comes back."""
    with pytest.raises(InvalidFields) as problem:
        await acme.ask(kind, values)
    return problem.value.errors


async def after(acme: Company, last_day: str) -> None:
    """Let time pass until that day is over, and have taken back what ended."""
    end = datetime.fromisoformat(last_day).replace(tzinfo=UTC) + timedelta(days=1)
    acme.pass_time(seconds=(end - acme.clock()).total_seconds())
    await acme.service.end_due()
    await acme.executor.run_due()


async def given_back(acme: Company, request: Request) -> Request:
    """Have its requester end a grant early, and that carried out."""
    await acme.service.give_back(request.id, request.requester.id)
    await acme.executor.run_due()
    return await acme.request(request)


async def extended(acme: Company, request: Request, *approvers: str) -> Request:
    """Have a grant prolonged by a request of its own; returns the grant as it is then."""
    await acme.carried_out(await acme.service.extend(request.id, request.requester.id), *approvers)
    return await acme.request(request)


async def told(acme: Company, request: Request) -> list[OutboxEntry]:
    """Return what was ordered to be said about *request* and was not returned here before."""
    found: list[OutboxEntry] = []
    async with acme.database.begin() as work:
        while entries := await work.claim_outbox(acme.clock(), timedelta(minutes=1), 1):
            found += [each for each in entries if each.request_id == request.id]
            for each in entries:
                await work.settle_outbox(each.id, acme.clock())
    return found


def another_worker(acme: Company) -> Executor:
    """Return an executor beside the company's own."""
    return Executor(
        api=acme.api,
        database=acme.database,
        kinds=acme.service.kinds,
        now=acme.clock,
        settling=timedelta(seconds=5),
        sleep=acme.executor._pace.sleep,
        changed=acme.organization.forget,
    )


async def by_two_workers(acme: Company) -> None:
    """Carry out what is due by two workers at once, until nothing is."""
    workers = (acme.executor, another_worker(acme))
    while sum(await asyncio.gather(*(each.run_due() for each in workers))):
        pass
