"""The switch that stops everything, and the cards that must say so."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflows.lifecycle import State
from workflows.model import Freeze
from workflows.store import tables
from workflows.store.rows import PERSON
from workflows.store.section import Section

_freezes, _requests = tables.freezes, tables.requests
_STANDING = _freezes.c.ended_at.is_(None)
_OPEN = [
    each.value
    for each in (State.PENDING, State.APPROVED, State.UNCONFIRMED, State.FAILED, State.REVERTING, State.REVERT_FAILED)
]
"""What may still be carried out. What is being carried out is redrawn by its executor, when it halts."""
_STANDS = sa.select(_freezes).where(_STANDING)


class Freezes(Section):
    async def freeze(self) -> Freeze | None:
        """Return the freeze that stands, if one does."""
        row = (await self.connection.execute(_STANDS)).first()
        return _freeze_from(row) if row is not None else None

    async def begin_freeze(self, freeze: Freeze) -> bool:
        """Throw the switch; False when somebody else did at the same moment."""
        row = {"by": PERSON.dump_python(freeze.by, mode="json"), "reason": freeze.reason, "at": freeze.at}
        return await self.once(_freezes, {"number": freeze.number, "ended_at": None} | row)

    async def end_freeze(self, number: int, now: datetime) -> bool:
        """Let work go on; False when somebody else did at the same moment."""
        statement = sa.update(_freezes).where(_freezes.c.number == number, _STANDING).values(ended_at=now)
        return (await self.connection.execute(statement)).rowcount == 1

    async def last_freeze(self) -> int:
        """Return how many freezes there were."""
        return (await self.connection.execute(sa.select(sa.func.max(_freezes.c.number)))).scalar() or 0

    async def touch_open(self, now: datetime) -> list[tuple[str, int, str]]:
        """Give every request that may still be carried out a new version, so that its cards are out of date.

        Returns their ids, versions and workspaces: a freeze holds in all of them.
        """
        idle = sa.or_(_requests.c.lease_until.is_(None), _requests.c.lease_until <= now)
        statement = (
            sa.update(_requests)
            .where(_requests.c.state.in_(_OPEN), idle)
            .values(version=_requests.c.version + 1, updated_at=now)
            .returning(_requests.c.id, _requests.c.version, _requests.c.workspace)
        )
        return [(row.id, row.version, row.workspace) for row in await self.connection.execute(statement)]


def _freeze_from(row: sa.Row[Any]) -> Freeze:
    return Freeze(number=row.number, by=PERSON.validate_python(row.by), reason=row.reason, at=row.at)
