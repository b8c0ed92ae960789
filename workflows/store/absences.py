"""Who is away, and who decides for them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflows.model import Absence
from workflows.store import tables
from workflows.store.rows import PERSON
from workflows.store.section import Section

_absences = tables.absences


class Told(StrEnum):
    """How far those concerned know of an absence."""

    NOT_YET = "not_yet"
    BEGUN = "begun"
    OVER = "over"


_LASTING = _absences.c.told.in_([Told.NOT_YET.value, Told.BEGUN.value])
_IN_ORDER = sa.select(_absences).order_by(_absences.c.since, _absences.c.number)
_NOT_OVER = _IN_ORDER.where(_LASTING, _absences.c.until > sa.bindparam("now"))


class Absences(Section):
    async def absences(self, now: datetime) -> Sequence[Absence]:
        """Return those that last, and those to come, the first first."""
        query = self.here(_NOT_OVER, _absences)
        return _read(await self.connection.execute(query, {"now": now}))

    async def absences_to_tell(self, now: datetime) -> Sequence[tuple[Absence, Told]]:
        """Return what began or ended by now and nobody was told of yet, with what is to be told."""
        begun = sa.and_(_absences.c.told == Told.NOT_YET.value, _absences.c.since <= now)
        over = sa.and_(_LASTING, _absences.c.until <= now)
        query = _IN_ORDER.where(sa.or_(begun, over), *self.of_workspace(_absences))
        found = _read(await self.connection.execute(query))
        return [(each, Told.BEGUN if each.covers(now) else Told.OVER) for each in found]

    async def set_away(self, absence: Absence) -> Absence:
        """Keep a new absence; returns it with its number."""
        last = (await self.connection.execute(sa.select(sa.func.max(_absences.c.number)))).scalar() or 0
        row = {
            "number": last + 1,
            "person_id": absence.person.id,
            "person": PERSON.dump_python(absence.person, mode="json"),
            "delegate_id": absence.delegate.id,
            "delegate": PERSON.dump_python(absence.delegate, mode="json"),
            "since": absence.since,
            "until": absence.until,
            "told": Told.NOT_YET.value,
            "workspace": self.workspace or "",
        }
        await self.connection.execute(sa.insert(_absences).values(**row))
        return _absence(row)

    async def end_away(self, number: int, now: datetime) -> None:
        """End an absence early."""
        statement = sa.update(_absences).where(_absences.c.number == number, _absences.c.until > now)
        await self.connection.execute(statement.values(until=now))

    async def tell_absence(self, number: int, told: Told) -> bool:
        """Remember that an absence was told of so far; False when that was done already."""
        mine = (_absences.c.number == number, _absences.c.told.not_in([told.value, Told.OVER.value]))
        return (await self.connection.execute(sa.update(_absences).where(*mine).values(told=told.value))).rowcount == 1


def _read(rows: Iterable[sa.Row[Any]]) -> list[Absence]:
    return [_absence(dict(row._mapping)) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def _absence(row: dict[str, Any]) -> Absence:
    return Absence(
        number=row["number"],
        person=PERSON.validate_python(row["person"]),
        delegate=PERSON.validate_python(row["delegate"]),
        since=row["since"],
        until=row["until"],
    )
