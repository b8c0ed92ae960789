"""The anchor of each day: the end of the audit log's chain, told where the database cannot reach it any more."""

from workflows.model import OutboxTopic
from workflows.service.desk import Desk

NOTICE = "anchor"


class Anchoring(Desk):
    async def anchor_due(self) -> bool:
        """Have the log's last entry told to the security channel, once a UTC day; says whether that was ordered now.

        Who can write the database can write the whole log anew: what stands in Slack does not change with it.
        """
        now = self.now()
        async with self.database.begin() as work:
            head = await work.audit_head()
            if not head.seq:
                return False
            says = {"seq": head.seq, "hash": head.hash, "at": now.isoformat()}
            payload = {"kind": NOTICE, "where": "security", "says": says}
            return await work.tell(OutboxTopic.REPORT, NOTICE, f"{now:%Y-%m-%d}", now, payload)
