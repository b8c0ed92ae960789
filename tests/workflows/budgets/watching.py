"""Helpers of the tests about watching money: spend something, look again, see what was told."""

import itertools
import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from tests.support.company import Company
from workflows.admin_api import AdminAPI, Limiter
from workflows.budgets import Budgets
from workflows.model import Alert, OutboxTopic
from workflows.policy import Alerts
from workflows.prices import load_prices
from workflows.store import Database, tables


def spend(
    acme: Company, dollars: float | str, *, ago: int = 0, project_id: str | None = "", item: str = "gpt-5-mini, input"
) -> None:
    """Book dollars on the day so many days *ago*, for the company's project unless another (or None) is named."""
    day = acme.clock().date() - timedelta(days=ago)
    acme.local.add_spend(acme.project_id if project_id == "" else project_id, Decimal(str(dollars)), item, day)


def spend_daily(acme: Company, dollars: float, *, days: int, until: int = 1) -> None:
    """Book the same on each of so many days, the last of them *until* days ago."""
    for ago in range(until, until + days):
        spend(acme, dollars, ago=ago)


def unhurried(acme: Company) -> AdminAPI:
    """Return a client whose pace goes by a clock that only ever moves forward, as the machine's own does."""
    limiter = Limiter(monotonic=itertools.count(0, 3600).__next__)
    return AdminAPI(base_url=f"{acme.url}/v1", admin_key=SecretStr(acme.local.admin_key), limiter=limiter)


async def never_read(acme: Company) -> None:
    """Make the next reading of costs the first one."""
    async with acme.database.begin() as work:
        await work.connection.execute(sa.delete(tables.cost_reads))


def another(acme: Company, alerts: Alerts | None = None, api: AdminAPI | None = None) -> Budgets:
    """Return the part as it is in another process, or after a restart; *alerts* in place of the policy's."""
    terms = alerts or acme.service.policy.alerts
    return Budgets(
        api=api or acme.api,
        organization=acme.organization,
        directory=lambda _workspace: acme.people,
        database=acme.database,
        alerts=lambda: terms,
        prices=load_prices(None),
        now=acme.clock,
    )


async def later(acme: Company, budgets: Budgets | None = None, **span: float) -> int:
    """Let time pass, a quarter of an hour unless told otherwise, and look again; returns how many alerts that made."""
    acme.pass_time(**span or {"minutes": 15})
    return await (budgets or acme.budgets).run_due()


async def told(database: Database) -> list[Alert]:
    """Return the alerts whose telling was ordered, in the order they are told in."""
    query = sa.select(tables.outbox.c.role, tables.outbox.c.payload).where(
        tables.outbox.c.topic == OutboxTopic.ALERT.value
    )
    async with database.read() as work:
        rows = (await work.connection.execute(query.order_by(tables.outbox.c.id))).all()
        return [await work.alert(row.payload["alert"]) for row in rows if row.role == row.payload["alert"]]


async def marks(database: Database) -> list[str]:
    return [each.mark for each in await told(database)]


async def proofs(database: Database, action: str = "budget_alert") -> list[Mapping[str, Any]]:
    """Return what the audit log says of this action."""
    async with database.read() as work:
        return [json.loads(each.data) async for each in work.audit_entries() if each.action == action]


def day_of(acme: Company, ago: int = 0) -> date:
    return acme.clock().date() - timedelta(days=ago)
