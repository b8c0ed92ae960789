"""Seeing to alerts: who did, and when, stands on the card."""

from workflows.audit.entry import Draft
from workflows.errors import NotAllowed, UnknownRequest
from workflows.model import Actor, Alert, OutboxTopic
from workflows.money import dollars
from workflows.service.desk import Desk
from workflows.store import UnitOfWork

STEP = 50_00
"""A proposed limit is a multiple of so many cents: people think in round amounts."""


class Alerting(Desk):
    async def alert(self, alert_id: str) -> Alert:
        """Return an alert. Raises ``UnknownRequest``."""
        async with self.database.read() as work:
            return await self._of_here(work, await work.alert(alert_id))

    async def _of_here(self, work: UnitOfWork, alert: Alert) -> Alert:
        """Return the alert. Raises ``UnknownRequest`` for one of a project of another workspace."""
        if work.workspace not in (None, await work.workspace_of(alert.project_id)):
            raise UnknownRequest("There is no such alert in this workspace.")
        return alert

    @staticmethod
    def raise_for(alert: Alert) -> dict[str, str]:
        """Return the fields of a budget request that leaves room for what the forecast asks for at its highest."""
        wanted = max(alert.forecast.high if alert.forecast else 0, alert.spent * 5 // 4, (alert.limit or 0) + STEP)
        reason = f"The budget's alert at {alert.mark}: {dollars(alert.spent)} is spent."
        return {"project": alert.project_id, "monthly_limit": dollars(-(-wanted // STEP) * STEP), "reason": reason}

    async def pause_for(self, alert_id: str, person_id: str, *, delivery: str = "") -> dict[str, str]:
        """Return the fields of a request that pauses an alert's project. Raises ``NotAllowed`` for who owns neither.

        What is submitted then is checked once more, by the policy.
        """
        await self.fresh(delivery)
        person = await self.known(person_id, "pause", delivery)
        alert = await self.alert(alert_id)
        if not alert.project_id or not await self.owns(alert.project_id, person):
            refusal = NotAllowed(
                f"Only an owner of {alert.name} or of the organisation can pause it. Ask one of them: they stand on "
                "the alert. By /openai pause you can ask them for it too"
            )
            data = {"alert": alert.id, "project": alert.project_id}
            raise await self.refuse(None, person, "pause", refusal, delivery, **data)
        reason = f"The budget's alert at {alert.mark}: {dollars(alert.spent)} is spent."
        return {"project": alert.project_id, "reason": reason}

    async def acknowledge(self, alert_id: str, person_id: str, *, delivery: str = "") -> Alert:
        """Write down that somebody has seen to an alert. The first one stands, and a second click changes nothing.

        Anybody active here may: it silences nothing. Raises ``UnknownRequest`` for an alert that there is not.
        """
        await self.fresh(delivery)
        person = await self.known(person_id, "acknowledge", delivery)
        now = self.now()
        async with self.database.begin() as work:
            await self.once(work, delivery)
            alert = await self._of_here(work, await work.alert(alert_id, lock=True))
            if not await work.acknowledge_alert(alert_id, person, now):
                return alert
            await work.append(
                Draft(
                    action="alert_acknowledged",
                    actor=Actor.of(person),
                    at=now,
                    project_id=alert.project_id,
                    data={"alert": alert.id, "subject": alert.subject, "period": alert.period, "mark": alert.mark},
                )
            )
            await work.tell(OutboxTopic.ALERT, alert.thread, f"{alert.id}:acknowledged", now, {"alert": alert.id})
            return await work.alert(alert_id)
