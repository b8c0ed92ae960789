"""Looking: nothing here changes anything."""

from workflows.model import Dossier, Request
from workflows.service.desk import Desk

LINES = 20


class Looking(Desk):
    async def dossier(self, request_id: str) -> Dossier:
        """Return everything a card shows. Raises ``UnknownRequest``."""
        async with self.database.read() as work:
            return await work.dossier(request_id)

    async def mine(self, person_id: str) -> list[Request]:
        """Return what this person asked for, newest first."""
        async with self.database.read() as work:
            return await work.by_requester(person_id, LINES)

    async def waiting_for(self, person_id: str) -> list[Request]:
        """Return what waits for this person's decision, oldest first."""
        async with self.database.read() as work:
            return await work.awaiting(person_id, LINES)

    async def find_thread(self, channel: str, ts: str) -> str | None:
        """Return the id of the request whose card stands there."""
        async with self.database.read() as work:
            return await work.posted_at(channel, ts)
