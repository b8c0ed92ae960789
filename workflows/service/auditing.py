"""Ordering an export of the audit log, which is itself audited."""

from workflows.audit.entry import Draft
from workflows.audit.filters import Filter
from workflows.errors import NotAllowed
from workflows.model import Actor, OutboxTopic
from workflows.service.desk import Desk


class Auditing(Desk):
    async def order_export(self, person_id: str, *, only: Filter, format: str, origin: str) -> None:  # noqa: A002 - the word of the command line and the form
        """Have the log sent to this person; the same *origin* again orders nothing. Raises ``NotAllowed``.

        The log is one for all workspaces, so it is exported in the home workspace only.
        """
        person = await self.known(person_id, "export", "")
        self.raise_elsewhere()
        if not await self.is_auditor(person_id):
            raise await self.refuse(
                None, person, "export", NotAllowed("The audit log is for the auditors that the policy names.")
            )
        now = self.now()
        chosen = {
            "since": only.since.isoformat() if only.since else "",
            "until": only.until.isoformat() if only.until else "",
            "project": only.project,
            "kind": only.kind,
        }
        async with self.database.begin() as work:
            payload = {"to": person.id, "filter": chosen, "format": format}
            if await work.tell(OutboxTopic.EXPORT, "", origin, now, payload):
                await work.append(
                    Draft(
                        action="export_ordered",
                        actor=Actor.of(person),
                        at=now,
                        data={"filter": chosen, "format": format},
                    )
                )
