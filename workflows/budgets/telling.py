"""Writes an alert down with its proof and the order to tell it, in one transaction, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflows.audit.entry import Draft
from workflows.budgets.accounts import Account
from workflows.budgets.drivers import driver_of_month, driver_of_rise
from workflows.budgets.forecast import Calendar
from workflows.budgets.judging import Finding, Judgement
from workflows.budgets.keys import Keys
from workflows.budgets.months import period_of
from workflows.budgets.turn import Turn
from workflows.model import Alert, AlertKind, Driver, KeyShare, OutboxTopic, Scope
from workflows.money import from_nanos
from workflows.policy import Alerts
from workflows.service.desk import SCHEDULER, new_id
from workflows.store import UnitOfWork


class Teller:
    """``now`` is the clock (UTC)."""

    def __init__(self, *, alerts: Callable[[], Alerts], keys: Keys, turn: Turn, now: Callable[[], datetime]) -> None:
        self._alerts = alerts
        self._keys = keys
        self._turn = turn
        self._now = now

    async def tell(
        self, account: Account, judgement: Judgement, period: str, as_of: datetime, calendar: Calendar
    ) -> int:
        """Write down what was judged of an account in *period*; returns how many alerts that made."""
        subject = (account.scope, account.subject)
        keys = [await self._keys.behind(account, each, calendar) for each in judgement.findings]
        async with self._turn.writing() as work:
            await work.rearm_marks(subject, period, judgement.rearmed)
            await work.keep_marks(subject, period, judgement.kept, account.limit)
            for mark in judgement.silent:
                await work.pass_mark(subject, period, mark, account.limit)
            told = 0
            for finding, key in zip(judgement.findings, keys, strict=True):
                told += await self._tell_one(work, account, finding, key, as_of, calendar)
            return told

    async def _tell_one(
        self,
        work: UnitOfWork,
        account: Account,
        finding: Finding,
        key: KeyShare | None,
        as_of: datetime,
        calendar: Calendar,
    ) -> bool:
        subject, period = (account.scope, account.subject), period_of(finding.period)
        times = await work.pass_mark(subject, period, finding.mark.name, account.limit)
        for mark in finding.also:
            await work.pass_mark(subject, period, mark, account.limit)
        if times is None:
            return False  # another process told of it already
        driver = await _driver(work, account, finding, calendar)
        driver = replace(driver, key=key) if driver else None
        alert = self._alert(account, finding, driver, as_of)
        await work.add_alert(alert, times)
        await work.append(_proof(alert, finding, self._now()))
        workspace = await work.workspace_of(alert.project_id)
        payload = {"alert": alert.id}
        return await work.tell(OutboxTopic.ALERT, alert.thread, alert.id, alert.at, payload, workspace=workspace)

    def _alert(self, account: Account, finding: Finding, driver: Driver | None, as_of: datetime) -> Alert:
        return Alert(
            id="A" + new_id()[1:],
            scope=account.scope,
            subject=account.subject,
            name=account.name,
            period=period_of(finding.period),
            kind=finding.kind,
            mark=finding.mark.name,
            threshold=finding.mark.cents,
            percent=finding.mark.percent,
            spent=from_nanos(finding.spent),
            limit=account.limit,
            limit_as_of=account.limit_as_of,
            forecast=finding.forecast,
            spike=finding.spike,
            driver=driver,
            critical=self._is_critical(account, finding),
            at=self._now(),
            as_of=as_of,
        )

    def _is_critical(self, account: Account, finding: Finding) -> bool:
        """Say whether the channel for alerts must hear of it: what belongs to no project has no other channel."""
        if account.scope is not Scope.PROJECT:
            return True
        return finding.kind is AlertKind.THRESHOLD and (finding.mark.percent or 0) >= self._alerts().critical


async def _driver(work: UnitOfWork, account: Account, finding: Finding, calendar: Calendar) -> Driver | None:
    items = await work.line_items(account.projects or None, calendar.start, calendar.last)
    if finding.unusual is not None:
        return driver_of_rise(items, finding.unusual.index)
    return driver_of_month(items, calendar.month)


def _proof(alert: Alert, finding: Finding, now: datetime) -> Draft:
    key = alert.driver.key if alert.driver else None
    data: dict[str, Any] = {
        "alert": alert.id,
        "scope": alert.scope.value,
        "subject": alert.subject,
        "period": alert.period,
        "kind": alert.kind.value,
        "mark": alert.mark,
        "also": list(finding.also),
        "threshold": alert.threshold,
        "spent": alert.spent,
        "limit": alert.limit,
        "forecast": alert.forecast.end if alert.forecast else None,
        "driver": alert.driver.what if alert.driver else "",
        "key": key.id if key else "",
        "key_percent": key.percent if key else None,
        "as_of": alert.as_of.isoformat(),
    }
    return Draft(action="budget_alert", actor=SCHEDULER, at=now, project_id=alert.project_id, data=data)
