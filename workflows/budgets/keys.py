"""Which API key drove an alert: asked of OpenAI while the alert is made, and never worth delaying or losing it."""

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

import structlog

from workflows.admin_api import AdminAPI, APIKey, KeyCost
from workflows.budgets.accounts import Account
from workflows.budgets.anomaly import WINDOW
from workflows.budgets.collector import DOLLARS, MOST
from workflows.budgets.drivers import Keys as Amounts
from workflows.budgets.drivers import key_of_month, key_of_rise
from workflows.budgets.forecast import Calendar
from workflows.budgets.judging import Finding
from workflows.errors import AdminAPIError, AdminAPINotFound
from workflows.model import Driver, KeyShare, Scope
from workflows.money import nanos

ALERTS = 5
"""Alerts of one run whose key is asked for, the first ones; those after them name none.

Each takes one call for costs, whose endpoint lets some seven a minute through and must answer the collector too. The
first reading of a large organisation makes hundreds of alerts at once.
"""

PATIENCE = 2.0
LONGEST = 10.0
"""Seconds that a question waits for its turn, and takes altogether: the alert itself waits for it."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Keys:
    """Names keys by their name and owner, as OpenAI lists them."""

    def __init__(self, api: AdminAPI) -> None:
        self._api = api.with_patience(PATIENCE)
        self._left = ALERTS

    def begin(self) -> None:
        """Begin a run: its first alerts are asked about again."""
        self._left = ALERTS

    async def behind(self, account: Account, finding: Finding, calendar: Calendar) -> KeyShare | None:
        """Return the key that drove what was found of a project; None when OpenAI does not say, for whatever reason."""
        if account.scope is not Scope.PROJECT or self._left <= 0:
            return None
        self._left -= 1
        project_id = account.subject
        driver = await self._within(self._driver(project_id, finding, calendar), project_id)
        if driver is None:
            return None
        key = await self._within(self._key(project_id, driver.what), project_id)
        return KeyShare(
            id=driver.what,
            name=key.name if key else "",
            owner=(key.owner_name or key.owner_email) if key else "",
            cents=driver.cents,
            percent=driver.percent,
        )

    async def _within(self, question: Awaitable[T], project_id: str) -> T | None:
        """Return the answer, None when there is none in time; then nothing more is asked in this run."""
        try:
            async with asyncio.timeout(LONGEST):
                return await question
        except (AdminAPIError, TimeoutError) as problem:
            self._left = 0  # OpenAI is away, in haste, or does not know the grouping: no other alert must wait for that
            log.warning("key_not_told", project=project_id, problem=str(problem) or "no answer in time")
            return None

    async def _driver(self, project_id: str, finding: Finding, calendar: Calendar) -> Driver | None:
        """Return the driver whose ``what`` is a key's id: of the day that is unusual, or else of the month."""
        index = finding.unusual.index if finding.unusual is not None else None
        start = calendar.day(calendar.month if index is None else max(0, index - WINDOW))
        last = calendar.last if index is None else calendar.day(index)
        costs = await self._api.key_costs(project_id, _midnight(start), _midnight(last + timedelta(days=1)))
        amounts = amounts_of(costs, start, last)
        return key_of_month(amounts, 0) if index is None else key_of_rise(amounts, (last - start).days)

    async def _key(self, project_id: str, key_id: str) -> APIKey | None:
        try:
            return await self._api.key(project_id, key_id)
        except AdminAPINotFound:
            return None  # deleted since


def amounts_of(costs: Iterable[KeyCost], start: date, last: date) -> Amounts:
    """Return each key's days from *start* to *last*, leaving out what the collector leaves out too."""
    length = (last - start).days + 1
    found: dict[str, list[int]] = {}
    for cost in costs:
        index = (cost.day - start).days
        if 0 <= index < length and cost.currency == DOLLARS and abs(cost.amount) <= MOST:
            found.setdefault(cost.key_id or "", [0] * length)[index] += nanos(cost.amount)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
