"""Who is waited for since when, and how often they were reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from workflows.lifecycle import State
from workflows.model import Person
from workflows.store import tables
from workflows.store.rows import PERSON
from workflows.store.section import Section

_requests, _awaited, _decisions, _reminders = tables.requests, tables.awaited, tables.decisions, tables.reminders

MOST = 5000
"""Pairs of a request and somebody who is waited for that one look takes in."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A pending request whose open stage, ``begun`` then, waits for somebody ``since`` then.

    ``reminded`` is how often they were reminded, ``escalation`` how far the stage was passed on.
    """

    request_id: str
    stage: int
    person: Person
    title: str
    requester: str
    begun: datetime
    since: datetime
    expires_at: datetime
    reminded: int
    escalation: int = 0


class Reminding(Section):
    async def waited_for(self, limit: int) -> Sequence[Waiting]:
        """Return who is waited for, the longest first; who decided in the open stage already is not."""
        stage = (_awaited.c.request_id == _requests.c.id, _awaited.c.stage == _requests.c.stage)
        told = (
            _reminders.c.request_id == _requests.c.id,
            _reminders.c.stage == _requests.c.stage,
            _reminders.c.person_id == _awaited.c.person_id,
        )
        decided = sa.exists().where(
            _decisions.c.request_id == _requests.c.id,
            _decisions.c.stage == _requests.c.stage,
            _decisions.c.approver_id == _awaited.c.person_id,
        )
        begun = (
            sa.select(sa.func.max(_decisions.c.at))
            .where(_decisions.c.request_id == _requests.c.id, _decisions.c.stage < _requests.c.stage)
            .scalar_subquery()
        )
        query = (
            sa.select(
                _requests.c.id,
                _requests.c.stage,
                _requests.c.title,
                _requests.c.requester,
                _requests.c.created_at,
                _requests.c.expires_at,
                _requests.c.escalation,
                _awaited.c.person,
                _awaited.c.since,
                sa.type_coerce(begun, _decisions.c.at.type).label("begun"),
                _reminders.c["count"].label("reminded"),
            )
            .select_from(_requests.join(_awaited, sa.and_(*stage)).join(_reminders, sa.and_(*told), isouter=True))
            .where(_requests.c.state == State.PENDING.value, ~decided, *self.of_workspace(_requests))
            .order_by(_requests.c.created_at, _requests.c.id, _awaited.c.person_id)
            .limit(limit)
        )
        return [
            Waiting(
                request_id=row.id,
                stage=row.stage,
                person=PERSON.validate_python(row.person),
                title=row.title,
                requester=PERSON.validate_python(row.requester).name,
                begun=row.begun or row.created_at,
                since=row.since or row.begun or row.created_at,
                expires_at=row.expires_at,
                reminded=row.reminded or 0,
                escalation=row.escalation,
            )
            for row in await self.connection.execute(query)
        ]

    async def remind(self, waiting: Waiting, count: int, now: datetime) -> bool:
        """Write down that somebody is reminded for the *count*th time; False when that was done already."""
        key = {"request_id": waiting.request_id, "stage": waiting.stage, "person_id": waiting.person.id}
        if await self.once(_reminders, {**key, "count": count, "at": now}):
            return True
        mine = [_reminders.c[name] == value for name, value in key.items()]
        statement = sa.update(_reminders).where(*mine, _reminders.c["count"] < count).values(count=count, at=now)
        return (await self.connection.execute(statement)).rowcount == 1
