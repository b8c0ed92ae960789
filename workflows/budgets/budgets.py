"""What happens to money without a click, and what an alert's card shows."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from workflows.admin_api import AdminAPI
from workflows.budgets.collector import EVERY, Collector
from workflows.budgets.dossier import Dossiers
from workflows.budgets.keys import Keys
from workflows.budgets.limits import Limits
from workflows.budgets.turn import Turn
from workflows.budgets.usage import UsageReader
from workflows.budgets.watch import Watch
from workflows.errors import AdminAPIError
from workflows.model import AlertDossier, Directory
from workflows.organization import Organization
from workflows.policy import Alerts
from workflows.prices import Prices
from workflows.service.approvers import Resolver
from workflows.store import Database

log = structlog.get_logger(__name__)


class Budgets:
    """``now`` is the clock (UTC), ``alerts`` returns the terms that hold now, ``every`` is between two readings.

    ``directory`` returns the directory of a workspace.
    """

    def __init__(
        self,
        *,
        api: AdminAPI,
        organization: Organization,
        directory: Callable[[str], Directory],
        database: Database,
        alerts: Callable[[], Alerts],
        prices: Prices,
        now: Callable[[], datetime],
        every: timedelta = EVERY,
    ) -> None:
        self._turn = turn = Turn(database=database, now=now)
        self._collector = Collector(api=api, database=database, turn=turn, now=now, every=every)
        self._usage = UsageReader(api=api, database=database, prices=prices, turn=turn, now=now)
        self._limits = Limits(organization=organization, database=database, now=now)
        self._watch = Watch(
            organization=organization, database=database, alerts=alerts, keys=Keys(api), turn=turn, now=now
        )

        def resolver(workspace: str) -> Resolver:
            return Resolver(directory=directory(workspace), organization=organization)

        self._dossiers = Dossiers(database=database, resolver=resolver, alerts=alerts)

    async def run_due(self) -> int:
        """Read costs and limits as far as they are due, and tell what is news; returns how many alerts that made.

        Only one process at a time does; what OpenAI does not answer now is read the next time.
        """
        async with self._own_turn() as mine:
            return await self._run() if mine else 0

    async def collect(self) -> None:
        """Read the costs if that is due, and judge nothing. Raises ``AdminAPIError``."""
        async with self._own_turn() as mine:
            if mine:
                await self._collector.collect_due()

    async def _run(self) -> int:
        try:
            await self._collector.collect_due()
        except AdminAPIError as problem:
            # What is known is judged all the same: a limit may have changed, or a restart come before the judgement.
            log.warning("costs_not_read", problem=str(problem))
        try:
            await self._usage.read_due()
        except AdminAPIError as problem:
            log.warning("usage_not_read", problem=str(problem))  # an estimate is not worth more than that
        await self._limits.read_some()
        return await self._watch.judge_all()

    @asynccontextmanager
    async def _own_turn(self) -> AsyncIterator[bool]:
        """Say whether it is this process's turn, and give it back after the block."""
        if not await self._turn.take():
            yield False
            return
        try:
            yield True
        finally:
            await self._turn.end()

    async def dossier(self, alert_id: str) -> AlertDossier:
        """Return everything the card of an alert shows. Raises ``UnknownRequest``."""
        return await self._dossiers.of(alert_id)
