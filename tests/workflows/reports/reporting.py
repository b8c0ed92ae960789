"""Helpers of the tests about reports that come by themselves: let weeks pass, and see what was ordered told."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from tests.support.company import Company
from workflows.model import OutboxTopic
from workflows.policy import Digest as Terms
from workflows.reports import Reports, monthly, weekly
from workflows.reports.digest import Digest
from workflows.reports.showback import Brief
from workflows.store import tables


def another(acme: Company, *, terms: Terms | None = None, posts_showback: bool = True) -> Reports:
    """Return the part as it is in another process, or after a restart."""
    service = copy(acme.service)
    service.policy = replace(service.policy, weekly_digest=terms or service.policy.weekly_digest)
    return Reports(service=service, posts_showback=posts_showback)


async def at(acme: Company, moment: str, reports: Reports | None = None, *, rounds: int = 3) -> int:
    """Go to that moment (UTC), read the costs, and have the job run some times; returns how much that ordered told."""
    acme.pass_time(seconds=(datetime.fromisoformat(moment).replace(tzinfo=UTC) - acme.clock()).total_seconds())
    await acme.budgets.collect()
    return sum([await (reports or acme.reports).run_due() for _ in range(rounds)])


async def lives_in(acme: Company, who: str, zone: str) -> None:
    acme.people.everybody[who] = replace(acme.people.everybody[who], tz=zone)


async def ordered(acme: Company) -> Sequence[Mapping[str, Any]]:
    """Return what is ordered told, in the order it is told in."""
    query = sa.select(tables.outbox.c.payload).where(tables.outbox.c.topic == OutboxTopic.REPORT.value)
    async with acme.database.read() as work:
        return list((await work.connection.execute(query.order_by(tables.outbox.c.id))).scalars())


async def told(acme: Company) -> list[tuple[str, str]]:
    """Return whom a digest of which week was ordered told."""
    return [(each["to"], each["period"]) for each in await ordered(acme) if each["kind"] == weekly.DIGEST]


async def digest(acme: Company) -> Digest:
    """Return the last digest."""
    last = [each for each in await ordered(acme) if each["kind"] == weekly.DIGEST][-1]
    async with acme.database.read() as work:
        return weekly.CONTENT.validate_python(await work.report(weekly.DIGEST, last["subject"], last["period"]))


async def showbacks(acme: Company) -> list[Brief]:
    found = [each for each in await ordered(acme) if each["kind"] == monthly.SHOWBACK]
    async with acme.database.read() as work:
        contents = [await work.report(monthly.SHOWBACK, "", each["period"]) for each in found]
    return [monthly.CONTENT.validate_python(each) for each in contents]
