"""Reports on money: those that come by themselves, and those that somebody asks for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from workflows.budgets.months import utc_day
from workflows.budgets.turn import Turn
from workflows.commitment import commitment
from workflows.errors import NotAllowed
from workflows.model import Approvers, ApproverSource
from workflows.reports.commitments import Commitments
from workflows.reports.figures import Figures
from workflows.reports.month import month_named
from workflows.reports.monthly import Monthly
from workflows.reports.ownership import Ownership
from workflows.reports.raises import Raise
from workflows.reports.showback import Brief, brief
from workflows.reports.weekly import Weekly
from workflows.service import Service

TURN = "reports"
AHEAD = timedelta(days=1)
OWNERS = (Approvers(source=ApproverSource.ORGANIZATION_OWNERS),)


class Reports:
    """``posts_showback``: there is a channel in which each month's showback is told."""

    def __init__(self, *, service: Service, posts_showback: bool) -> None:
        self._service = service
        self._posts_showback = posts_showback
        self._now = now = service.now
        self._database = database = service.database
        self._turn = turn = Turn(database=database, now=now, name=TURN)
        self._figures = figures = Figures(database=database, alerts=lambda: service.policy.alerts, now=now)
        self._weekly = Weekly(
            directory=service.directory,
            ownership=Ownership(organization=service.organization, database=database, now=now),
            database=database,
            figures=figures,
            terms=lambda: service.policy.weekly_digest,
            turn=turn,
            now=now,
        )
        self._monthly = Monthly(database=database, figures=figures, turn=turn, now=now)

    async def run_due(self) -> int:
        """Order told what is due and was not told yet, by one process at a time; returns how many messages."""
        async with self._own_turn() as mine:
            return await self._run() if mine else 0

    async def _run(self) -> int:
        begun = await self._begun()
        told = int(self._posts_showback and await self._monthly.run_due(begun))
        return told + await self._weekly.run_due(begun)

    async def _begun(self) -> datetime:
        """Return since when there are reports: what was over by then is told to nobody."""
        now = self._now()
        async with self._database.read() as work:
            begun = await work.reports_begun()
        # A beginning that lies ahead was written by a clock that was wrong.
        if begun is not None and begun < now + AHEAD:
            return begun
        async with self._turn.writing() as work:
            await work.begin_reports(now)
        return now

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

    async def showback(self, person_id: str, words: str) -> Brief:
        """Return what a month cost. Raises ``NotAllowed``, or ``Refusal`` for a month that is none."""
        await self._allowed(person_id, "showback")
        return brief(await self._figures.showback(month_named(words, utc_day(self._now()))))

    async def commitments(self, person_id: str) -> Commitments:
        """Return what the limits add up to, against the organisation's. Raises ``NotAllowed``."""
        self._service.raise_elsewhere()
        await self._allowed(person_id, "commitments")
        return await self._figures.commitments(
            await commitment(self._service.organization, self._service.policy.alerts)
        )

    async def raises(self, person_id: str, words: str) -> list[Raise]:
        """Return the ledger of raises, of all times or of a month. Raises ``NotAllowed`` or ``Refusal``."""
        await self._allowed(person_id, "raises")
        return await self._figures.raises(month_named(words, utc_day(self._now())) if words.strip() else None)

    async def _allowed(self, person_id: str, what: str) -> None:
        """Raise ``NotAllowed`` for who is no owner of the organisation and no auditor; that is written down."""
        person = await self._service.known(person_id, what, "")
        owners = await self._service.resolver.people(OWNERS)
        if any(each.id == person.id for each in owners) or await self._service.is_auditor(person_id):
            return
        refusal = NotAllowed("What the whole organisation spends is for its owners and for the policy's auditors.")
        raise await self._service.refuse(None, person, what, refusal)
