"""Which marks each month's spend has passed, and the alerts that people were sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from workflows.errors import UnknownRequest
from workflows.model import Alert, AlertKind, Driver, Forecast, Person, Scope, Spike
from workflows.store import tables
from workflows.store.section import Section

_alerts, _marks, _pictures = tables.alerts, tables.marks, tables.pictures
_PARTS: dict[str, TypeAdapter[Any]] = {
    "forecast": TypeAdapter(Forecast | None),
    "spike": TypeAdapter(Spike | None),
    "driver": TypeAdapter(Driver | None),
    "acknowledged_by": TypeAdapter(Person | None),
}

Subject = tuple[Scope, str]


class Alerts(Section):
    async def passed_marks(self, period: str) -> dict[Subject, dict[str, int | None]]:
        """Return for each subject the marks that it passed in that month, with the limit they were passed against."""
        query = sa.select(_marks).where(_marks.c.period == period, _marks.c.passed.is_(True))
        found: dict[Subject, dict[str, int | None]] = {}
        for row in await self.connection.execute(query):
            found.setdefault((Scope(row.scope), row.subject), {})[row.mark] = row.limit
        return found

    async def pass_mark(self, subject: Subject, period: str, mark: str, limit: int | None) -> int | None:
        """Say that a mark was passed; returns how many times now, None when somebody else was faster to say it."""
        row = {"scope": subject[0].value, "subject": subject[1], "period": period, "mark": mark}
        statement = self.insert(_marks).values(**row, limit=limit, passed=True, times=1)
        statement = statement.on_conflict_do_update(
            index_elements=["scope", "subject", "period", "mark"],
            set_={"passed": True, "limit": limit, "times": _marks.c.times + 1},
            where=_marks.c.passed.is_(False),
        )
        times: int | None = (await self.connection.execute(statement.returning(_marks.c.times))).scalar_one_or_none()
        return times

    async def rearm_marks(self, subject: Subject, period: str, marks: Iterable[str]) -> None:
        """Let marks be passed anew: a raise has put them ahead of the spend."""
        await self._change_marks(subject, period, marks, passed=False)

    async def keep_marks(self, subject: Subject, period: str, marks: Iterable[str], limit: int | None) -> None:
        """Say that marks lie behind the spend at this higher limit too."""
        await self._change_marks(subject, period, marks, limit=limit)

    async def _change_marks(self, subject: Subject, period: str, marks: Iterable[str], **values: Any) -> None:
        mine = (_marks.c.scope == subject[0].value, _marks.c.subject == subject[1], _marks.c.period == period)
        names = list(marks)
        if names:
            statement = sa.update(_marks).where(*mine, _marks.c.mark.in_(names), _marks.c.passed.is_(True))
            await self.connection.execute(statement.values(**values))

    async def add_alert(self, alert: Alert, times: int) -> bool:
        """Store an alert; False when the same was stored before."""
        row = vars(alert) | {"scope": alert.scope.value, "kind": alert.kind.value, "times": times}
        parts = {name: adapter.dump_python(row[name], mode="json") for name, adapter in _PARTS.items()}
        return await self.once(_alerts, row | parts)

    async def alert(self, alert_id: str, *, lock: bool = False) -> Alert:
        """Return an alert, with *lock* for changing it. Raises ``UnknownRequest``."""
        query = sa.select(_alerts).where(_alerts.c.id == alert_id)
        row = (await self.connection.execute(query.with_for_update() if lock else query)).one_or_none()
        if row is None:
            raise UnknownRequest("There is no such alert any more.")
        return _alert_from(row)

    async def alerts(self, subject: Subject, period: str) -> list[Alert]:
        """Return what was told of one subject in a month, the oldest first."""
        query = sa.select(_alerts).where(
            _alerts.c.scope == subject[0].value, _alerts.c.subject == subject[1], _alerts.c.period == period
        )
        return [_alert_from(row) for row in await self.connection.execute(query.order_by(_alerts.c.seq))]

    async def alerts_since(self, since: datetime, kind: AlertKind) -> list[Alert]:
        """Return the alerts of one kind since then, the oldest first."""
        query = sa.select(_alerts).where(_alerts.c.at >= since, _alerts.c.kind == kind.value)
        return [_alert_from(row) for row in await self.connection.execute(query.order_by(_alerts.c.at, _alerts.c.seq))]

    async def acknowledge_alert(self, alert_id: str, person: Person, now: datetime) -> bool:
        """Write down who saw to an alert; False when somebody had before."""
        mine = (_alerts.c.id == alert_id, _alerts.c.acknowledged_at.is_(None))
        who = _PARTS["acknowledged_by"].dump_python(person, mode="json")
        statement = sa.update(_alerts).where(*mine).values(acknowledged_by=who, acknowledged_at=now)
        return (await self.connection.execute(statement)).rowcount == 1

    async def picture(self, alert_id: str) -> tuple[str, str] | None:
        """Return the file that an alert's cards show and what it shows in words; None without a picture."""
        query = sa.select(_pictures.c.file, _pictures.c.alt).where(_pictures.c.alert_id == alert_id)
        row = (await self.connection.execute(query)).one_or_none()
        return (row.file, row.alt) if row is not None else None

    async def keep_picture(self, alert_id: str, file: str, alt: str, now: datetime) -> None:
        await self.upsert(_pictures, {"alert_id": alert_id, "file": file, "alt": alt, "at": now})

    async def forget_picture(self, alert_id: str) -> None:
        """Show an alert without its picture from now on."""
        await self.connection.execute(sa.delete(_pictures).where(_pictures.c.alert_id == alert_id))


def _alert_from(row: sa.Row[Any]) -> Alert:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    del values["seq"], values["times"]
    parts = {name: adapter.validate_python(values[name]) for name, adapter in _PARTS.items()}
    return Alert(**values | parts | {"scope": Scope(row.scope), "kind": AlertKind(row.kind)})
