"""What was used hour by hour, priced, while it is not booked yet; and as of when that was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from workflows.store import tables
from workflows.store.section import Section

_hours, _reads = tables.usage_hours, tables.usage_reads

AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Used:
    """The price of something in nanodollars; ``unpriced`` are the models that have none, and are not in it."""

    nanos: int
    unpriced: tuple[str, ...] = ()


Hour = tuple[date, int]
"""A UTC day and its hour, from 0."""


@dataclass(frozen=True, kw_only=True)
class UsageRead:
    """The last reading; ``prices_of`` is the day of the prices that it was priced at."""

    read_at: datetime
    prices_of: date


class Usage(Section):
    async def usage_read(self) -> UsageRead | None:
        """Return when usage was read last, None when it never was."""
        row = (await self.connection.execute(sa.select(_reads.c.read_at, _reads.c.prices_of))).one_or_none()
        return UsageRead(read_at=row.read_at, prices_of=row.prices_of) if row is not None else None

    async def record_usage_read(self, read: UsageRead) -> None:
        await self.upsert(_reads, {"id": 1, **vars(read)})

    async def replace_usage(self, since: Hour, kept: date, used: Mapping[tuple[Hour, str], Used]) -> None:
        """Make *used* (by hour and project id) what is known since that hour; what is before *kept* is forgotten."""
        day, hour = since
        later = sa.or_(_hours.c.day > day, sa.and_(_hours.c.day == day, _hours.c.hour >= hour))
        await self.connection.execute(sa.delete(_hours).where(sa.or_(later, _hours.c.day < kept)))
        rows = [
            {"day": of, "hour": at, "project_id": project_id, "nanos": each.nanos, "unpriced": "\n".join(each.unpriced)}
            for ((of, at), project_id), each in used.items()
        ]
        for begin in range(0, len(rows), AT_ONCE):
            await self.connection.execute(sa.insert(_hours), rows[begin : begin + AT_ONCE])

    async def used(
        self, project_ids: Sequence[str] | None, days: Sequence[date]
    ) -> tuple[dict[tuple[str, date], int], frozenset[str]]:
        """Return what these projects or (None) all used: nanodollars by project id and UTC day, unpriced models."""
        mine = [_hours.c.day.in_(days), *self.of_projects_here(_hours.c.project_id)]
        if project_ids is not None:
            mine.append(_hours.c.project_id.in_(project_ids))
        summed = sa.select(_hours.c.project_id, _hours.c.day, sa.func.sum(_hours.c.nanos).label("nanos"))
        query = summed.where(*mine).group_by(_hours.c.project_id, _hours.c.day)
        nanos = {(row.project_id, row.day): int(row.nanos) for row in await self.connection.execute(query)}
        named = sa.select(_hours.c.unpriced).where(*mine, _hours.c.unpriced != "").distinct()
        unpriced = (await self.connection.execute(named)).scalars()
        return nanos, frozenset(name for names in unpriced for name in names.split("\n"))
